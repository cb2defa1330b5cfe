import { allowed } from '../access/roles.ts';
import { ok } from '../http/answer.ts';
import { defineRoute } from '../http/define-route.ts';
import type { Route } from '../http/route.ts';

/** The Admin API of Kong whose routes and bodies these are; its clients read their rules from it. */
const kongVersion = '3.9.1';

export function createRootRoute(version: string): Route {
  return defineRoute({
    method: 'GET',
    path: '/',
    roles: allowed.readersAndRequesters,
    summary: 'Which Admin API this is.',
    handle: () =>
      ok({
        version: kongVersion,
        tagline: 'Postern: what Kong calls Consumers, ACLs and application registration',
        postern: { version },
      }),
  });
}
