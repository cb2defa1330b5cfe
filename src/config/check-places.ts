import type { DocumentPath, Finding } from '../documents/problem.ts';
import { nameCookie } from './name-cookie.ts';
import type { Outline, ServiceOutline } from './outline.ts';

/** Where credentials may stand in a request: told apart, and removable. */
export function checkPlaces({ services, session }: Outline): Finding[] {
  const upstreamHeaders = new Set(services.flatMap(listUpstreamHeaders));
  return services.flatMap((service, index) => {
    const path = ['services', index];
    return [
      ...checkBodies(service, path),
      ...checkCookie(service, session, path),
      ...checkParameter(service, path),
      ...checkHeaders(service, upstreamHeaders, path),
    ];
  });
}

function listUpstreamHeaders({
  upstream_headers: headers,
  upstream_jwt: jwt,
}: ServiceOutline): readonly string[] {
  const names = Object.keys(headers);
  return [...names, ...(jwt === null ? [] : [jwt.header])].map((name) => name.toLowerCase());
}

/** ext_authz cannot change a body, so what stands there reaches the upstream. */
function checkBodies(service: ServiceOutline, path: DocumentPath): Finding[] {
  if (!service.hide_credentials) return [];
  const places: [DocumentPath, readonly (string | null)[]][] = [
    [['bearer_token_param_type'], service.bearer_token_param_type],
    [['client_credentials', 'param_type'], service.client_credentials?.param_type ?? []],
    [['password', 'param_type'], service.password?.param_type ?? []],
  ];
  const message =
    'what stands in a body cannot be kept from the upstream: it needs hide_credentials: false';
  return places
    .filter(([, types]) => types.includes('body'))
    .map(([key, types]) => ({ path: [...path, ...key, types.indexOf('body')], message }));
}

function checkCookie(
  service: ServiceOutline,
  shared: Outline['session'],
  path: DocumentPath,
): Finding[] {
  const { bearer_token_cookie_name: name, bearer_token_param_type: places } = service;
  const index = places.indexOf('cookie');
  if (index < 0) return [];
  if (name === null) {
    const message = 'cookie needs bearer_token_cookie_name';
    return [{ path: [...path, 'bearer_token_param_type', index], message }];
  }
  const isTaken =
    service.auth_methods.includes('session') && name === nameSessionCookie(service, shared);
  const message = 'the session cookie has this name';
  return isTaken ? [{ path: [...path, 'bearer_token_cookie_name'], message }] : [];
}

function nameSessionCookie({ session: own }: ServiceOutline, shared: Outline['session']): string {
  const read = (key: 'cookie_name' | 'cookie_path' | 'cookie_domain') =>
    own?.[key] ?? shared?.[key] ?? null;
  return nameCookie({
    cookieName: read('cookie_name') ?? 'postern_session',
    cookiePath: read('cookie_path') ?? '/',
    cookieDomain: read('cookie_domain'),
    cookieSecure: shared?.cookie_secure ?? true,
  });
}

const pairNames = {
  client_credentials: ['client_id', 'client_secret'],
  password: ['username', 'password'],
} as const;

/** One argument cannot be both a token and half of a pair. */
function checkParameter(service: ServiceOutline, path: DocumentPath): Finding[] {
  const { bearer_token_param_name: name, bearer_token_param_type: places } = service;
  return (['client_credentials', 'password'] as const).flatMap((grant) => {
    const shares = (place: string) =>
      places.includes(place) && (service[grant]?.param_type.includes(place) ?? false);
    const names: readonly string[] = pairNames[grant];
    if (!names.includes(name) || !['query', 'body'].some(shares)) return [];
    const message = `${grant} takes an argument of this name in the same place`;
    return [{ path: [...path, 'bearer_token_param_name'], message }];
  });
}

function checkHeaders(
  { bearer_token_header_names: names }: ServiceOutline,
  upstreamHeaders: ReadonlySet<string>,
  path: DocumentPath,
): Finding[] {
  const message = 'Postern sets this header for upstreams, and removes it from what callers send';
  return names.flatMap((name, index) =>
    name !== null && upstreamHeaders.has(name.toLowerCase().replaceAll('_', '-'))
      ? [{ path: [...path, 'bearer_token_header_names', index], message }]
      : [],
  );
}
