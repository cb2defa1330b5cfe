import type { Registry } from '../../registry/ports.ts';
import type { ServicesInForce } from '../admin-service.ts';
import type { Route } from '../http/route.ts';
import { createDeveloperApplicationRoutes } from './developer-application-routes.ts';
import { createDeveloperRoutes } from './developer-routes.ts';
import { createInstanceRoutes } from './instance-routes.ts';

export interface PortalParts {
  readonly registry: Pick<Registry, 'applications' | 'developers' | 'registrations'>;
  readonly services: ServicesInForce;
}

/** What Kong's developer portal asks for (kong.md section 2.4). */
export function createPortalRoutes(parts: PortalParts): readonly Route[] {
  return [
    ...createDeveloperRoutes(parts.registry.developers),
    ...createDeveloperApplicationRoutes(parts.registry),
    ...createInstanceRoutes(parts),
  ];
}
