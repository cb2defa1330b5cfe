import type { Registry } from '../registry/ports.ts';
import type { Webhooks } from '../registry/webhooks.ts';
import { allowed } from './access/roles.ts';
import type { ServicesInForce } from './admin-service.ts';
import { ok, type Answer } from './http/answer.ts';
import { defineRoute } from './http/define-route.ts';
import type { Route } from './http/route.ts';
import { createAclRoutes } from './kong/acl-routes.ts';
import { createConfiguredElsewhereRoutes } from './kong/configured-elsewhere.ts';
import { createConsumerAclRoutes } from './kong/consumer-acl-routes.ts';
import { createConsumerRoutes } from './kong/consumer-routes.ts';
import { createRootRoute } from './kong/root-route.ts';
import { createSchemaRoutes } from './kong/schema-routes.ts';
import { createPortalRoutes } from './portal/portal-routes.ts';
import { createApplicationRoutes } from './postern/application-routes.ts';
import { createAuditRoutes } from './postern/audit-routes.ts';
import { createCheckRoute, type ExplainCheck } from './postern/check-route.ts';
import { createRegistrationRoutes } from './postern/registration-routes.ts';
import type { FindSession } from './postern/revocation-body.ts';
import { createRevocationRoutes } from './postern/revocation-routes.ts';
import { createServiceRoutes } from './postern/service-routes.ts';
import { createWebhookRoutes } from './postern/webhook-routes.ts';
import { writeOpenApi } from './openapi.ts';

/** What the routes work on. */
export interface RouteParts {
  readonly registry: Registry;
  readonly services: ServicesInForce;
  readonly explainCheck: ExplainCheck;
  readonly findSession: FindSession;
  /** Null where none are configured. */
  readonly webhooks: () => Webhooks | null;
  /** Of Postern. */
  readonly version: string;
}

/** The table of routes: what is not in it does not exist. */
export function listRoutes(parts: RouteParts): readonly Route[] {
  const { registry, services, version } = parts;
  const routes = [
    createRootRoute(version),
    ...createConsumerRoutes(registry.consumers),
    ...createConsumerAclRoutes(registry),
    ...createAclRoutes(registry),
    ...createConfiguredElsewhereRoutes(),
    ...createSchemaRoutes(),
    ...createApplicationRoutes(registry.applications),
    ...createRegistrationRoutes(parts),
    ...createPortalRoutes(parts),
    ...createServiceRoutes(services),
    ...createRevocationRoutes(parts),
    ...createAuditRoutes(registry.audit),
    ...createWebhookRoutes(parts.webhooks),
    createCheckRoute(parts.explainCheck),
  ];
  const all: Route[] = [...routes, createOpenApiRoute(() => all, version)];
  return all;
}

function createOpenApiRoute(routes: () => readonly Route[], version: string): Route {
  let document: Answer | null = null;
  return defineRoute({
    method: 'GET',
    path: '/openapi.json',
    roles: allowed.readersAndRequesters,
    summary: 'Describes this API.',
    // Few ask, and writing it takes longer than all else at the start.
    handle: () => (document ??= ok(writeOpenApi(routes(), version))),
  });
}
