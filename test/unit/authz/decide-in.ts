import { createCheck, type CheckDependencies } from '../../../src/authz/check.ts';
import type { ConsumerRecord, ResolveConsumer } from '../../../src/authz/consumer.ts';
import type { Decision } from '../../../src/authz/decision.ts';
import type { Policy } from '../../../src/authz/policy.ts';
import type { AuthzRequest } from '../../../src/authz/request.ts';
import type { VerifyToken } from '../../../src/authz/token.ts';
import { pass } from '../../../src/lib/step.ts';
import {
  consumerOf,
  grantOf,
  headersOf,
  policyOf,
  requestOf,
  tokenOf,
  unusedPorts,
} from '../../support/builders.ts';

export interface World {
  policy?: Partial<Policy>;
  routes?: Record<string, Partial<Policy>>;
  request?: Partial<AuthzRequest>;
  claims?: Record<string, unknown>;
  verifyToken?: VerifyToken;
  consumers?: ConsumerRecord[];
  resolveConsumer?: ResolveConsumer;
  ports?: Partial<CheckDependencies>;
}

export async function decideIn(world: World): Promise<Decision> {
  const service = policyOf(world.policy);
  const routes = Object.entries(world.routes ?? {}).map(
    ([route, fields]) => [route, { ...service, route, ...fields }] as const,
  );
  const consumers = world.consumers ?? [consumerOf()];
  const check = createCheck({
    ...unusedPorts,
    ...world.ports,
    policies: {
      services: new Map([['orders', { service, routes: new Map(routes) }]]),
      byHost: null,
    },
    verifyToken:
      world.verifyToken ?? (() => pass({ token: tokenOf(world.claims), cache: 'miss' as const })),
    resolveConsumer: world.resolveConsumer ?? findAmong(consumers),
  });
  return check(requestOf(world.request), new AbortController().signal);
}

function findAmong(consumers: readonly ConsumerRecord[]): ResolveConsumer {
  return (by, value) => {
    const key = { custom_id: 'customId', username: 'username', id: 'id' } as const;
    return pass(consumers.find((consumer) => consumer[key[by]] === value) ?? null);
  };
}

export const basic: World = {
  policy: { grant: grantOf() },
  // billing-app:secret
  request: { headers: headersOf(['authorization', 'Basic YmlsbGluZy1hcHA6c2VjcmV0']) },
};

export const approved = new Map([['orders', { status: 'approved' as const, suspended: false }]]);
export const anonymousConsumer = consumerOf({
  id: 'a1b2',
  customId: null,
  username: 'anonymous',
  groups: new Set(['public']),
});

export function aclOf(type: 'allow' | 'deny', ...groups: string[]): NonNullable<Policy['acl']> {
  return {
    type,
    groups: new Set(groups),
    hideGroupsHeader: false,
    alwaysUseAuthenticatedGroups: false,
  };
}

export function registered(
  status: 'requested' | 'approved' | 'rejected' | 'revoked',
  suspended = false,
) {
  return {
    policy: { registrationRequired: true },
    consumers: [consumerOf({ registrations: new Map([['orders', { status, suspended }]]) })],
  };
}
