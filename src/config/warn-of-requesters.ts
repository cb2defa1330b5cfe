import type { Finding } from '../documents/problem.ts';
import type { Config } from './config.ts';
import type { AclConfig, ServiceConfig } from './service-config.ts';
import { warnIf } from './warn-if.ts';

/**
 * Services that let an application in as soon as a token of the role `requester` has created it, or
 * has asked for its registration: nobody else has a say.
 */
export function warnOfRequesters({ listen, services, store }: Config): Finding[] {
  const requesters = (listen.admin?.tokens ?? []).filter(({ role }) => role === 'requester');
  // With Consumers from a file nobody creates any.
  if (requesters.length === 0 || store.kind === 'file') return [];
  const who = requesters.map(({ name }) => name).join(', ');
  return services.flatMap((service, index) =>
    warnIf(
      isOpenToNewcomers(service),
      ['services', index],
      `${service.name} lets in whatever application a requester (${who}) ${stepOf(service)}: expected registration without auto_approve, or acl.allow without always_use_authenticated_groups`,
    ),
  );
}

/**
 * A new Consumer is in no group, so only an allow list holds it off, and none where the provider says
 * in which groups it is.
 */
function isOpenToNewcomers({ registration, acl, routes }: ServiceConfig): boolean {
  const waits = registration?.required === true && !registration.autoApprove;
  const acls = [acl, ...routes.filter(({ open }) => !open).flatMap((route) => route.acl ?? [])];
  return !waits && acls.some(letsNewcomersPass);
}

function letsNewcomersPass(acl: AclConfig | null): boolean {
  return acl?.type !== 'allow' || acl.alwaysUseAuthenticatedGroups;
}

function stepOf({ registration }: ServiceConfig): string {
  return registration?.required === true ? 'registers' : 'creates';
}
