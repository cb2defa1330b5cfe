import type { Registry } from '../../registry/ports.ts';
import type { ServicesInForce } from '../admin-service.ts';

/** What the routes of the portal work on. */
export interface PortalParts {
  readonly registry: Pick<Registry, 'applications' | 'developers' | 'registrations'>;
  readonly services: ServicesInForce;
}
