import { allowed } from '../access/roles.ts';
import { notFound, ok, refusal } from '../http/answer.ts';
import { defineRoute } from '../http/define-route.ts';
import { taggedParameters } from '../http/read-page.ts';
import type { Route } from '../http/route.ts';

/**
 * Kong's entities that this API does not keep. Their lists are empty: what decK sees in one, it
 * believes that it may delete.
 */
const lists = ['services', 'routes', 'plugins', 'certificates', 'snis', 'upstreams'] as const;

const where =
  'Services, their routes, groups and methods are configured in the file that Postern was started with (services: …, see docs/configuration.md), not here; GET /postern/services shows them';

const elsewhere = { ...refusal(405, where), headers: { allow: 'GET, HEAD' } };

/** Lists that are always empty, and writes that say where the thing is configured. */
export function createConfiguredElsewhereRoutes(): readonly Route[] {
  return lists.flatMap((name) => [
    defineRoute({
      method: 'GET',
      path: `/${name}`,
      roles: allowed.readers,
      summary: `Always empty: Postern keeps no ${name} here.`,
      query: taggedParameters,
      handle: () => ok({ data: [], next: null, offset: null }),
    }),
    defineRoute({
      method: 'GET',
      path: `/${name}/:name`,
      roles: allowed.readers,
      summary: 'There is none.',
      handle: () => notFound,
    }),
    ...(['POST', 'PUT', 'PATCH', 'DELETE'] as const).map((method) =>
      createRefusal(method, method === 'POST' ? `/${name}` : `/${name}/:name`),
    ),
  ]);
}

function createRefusal(method: Route['method'], path: string): Route {
  return {
    method,
    path,
    roles: allowed.nobodyElse,
    summary: 'Says where this is configured.',
    query: [],
    heeds: [],
    body: null,
    run: () => elsewhere,
  };
}
