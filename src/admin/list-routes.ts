import type { Registry } from '../registry/ports.ts';
import type { Route } from './http/route.ts';
import { createAclRoutes } from './kong/acl-routes.ts';
import { createConfiguredElsewhereRoutes } from './kong/configured-elsewhere.ts';
import { createConsumerAclRoutes } from './kong/consumer-acl-routes.ts';
import { createConsumerRoutes } from './kong/consumer-routes.ts';
import { createRootRoute } from './kong/root-route.ts';
import { createSchemaRoutes } from './kong/schema-routes.ts';

/** What the routes work on. */
export interface RouteParts {
  readonly registry: Registry;
  /** Of Postern. */
  readonly version: string;
}

/** The table of routes: what is not in it does not exist. */
export function listRoutes({ registry, version }: RouteParts): readonly Route[] {
  return [
    createRootRoute(version),
    ...createConsumerRoutes(registry.consumers),
    ...createConsumerAclRoutes(registry.acls),
    ...createAclRoutes(registry),
    ...createConfiguredElsewhereRoutes(),
    ...createSchemaRoutes(),
  ];
}
