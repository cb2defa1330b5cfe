import type { Route } from '../http/route.ts';
import { createDeveloperApplicationRoutes } from './developer-application-routes.ts';
import { createDeveloperRoutes } from './developer-routes.ts';
import { createInstanceRoutes } from './instance-routes.ts';
import type { PortalParts } from './portal-parts.ts';

/** What Kong's developer portal asks for (kong.md section 2.4). */
export function createPortalRoutes(parts: PortalParts): readonly Route[] {
  return [
    ...createDeveloperRoutes(parts.registry.developers),
    ...createDeveloperApplicationRoutes(parts.registry),
    ...createInstanceRoutes(parts),
  ];
}
