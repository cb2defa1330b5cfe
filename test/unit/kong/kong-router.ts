import type { Loose } from './translate.ts';

export interface Request {
  readonly host: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

function hostMatches(pattern: string, host: string): boolean {
  if (pattern.startsWith('*')) return host.endsWith(pattern.slice(1));
  if (pattern.endsWith('*')) return host.startsWith(pattern.slice(0, -1));
  return pattern === host;
}

/** Kong's `traditional_compatible` router, from its description: conditions, then one number each. */
export function askKong(routes: readonly Loose[], request: Request): readonly string[] {
  const matched = routes.flatMap((route) =>
    (route.paths ?? [null])
      .filter((path: string | null) => matches(route, path, request))
      .map((path: string | null) => ({ name: route.name, weight: weigh(route, path) })),
  );
  const best = matched.reduce((most, { weight }) => (weight > most ? weight : most), -1n);
  return [...new Set(matched.filter(({ weight }) => weight === best).map(({ name }) => name))];
}

function matches(route: Loose, path: string | null, request: Request): boolean {
  const { hosts, methods, headers = {} } = route;
  const plain =
    path === null ||
    (path.startsWith('~') ? regexMatches(path, request) : request.path.startsWith(path));
  return (
    plain &&
    (hosts?.some((host: string) => hostMatches(host, request.host)) ?? true) &&
    (methods?.includes(request.method) ?? true) &&
    Object.entries(headers).every(([name, values]) =>
      (values as string[]).includes(request.headers[name] ?? ''),
    )
  );
}

function regexMatches(path: string, request: Request): boolean {
  return new RegExp(`^${path.slice(1)}`).test(request.path);
}

/** 3 bits of weight, 1 of plain hosts, 8 of headers, 1 of a pattern, 32 of its priority, 19 of length. */
function weigh(route: Loose, path: string | null): bigint {
  const { hosts, methods, headers, regex_priority = 0 } = route;
  const count = Object.keys(headers ?? {}).length;
  const kinds = [hosts, methods, path, count > 0].filter(Boolean).length;
  const isPlain = hosts?.every((host: string) => !host.includes('*')) ?? false;
  const isRegex = path?.startsWith('~') ?? false;
  return (
    (BigInt(kinds) << 61n) |
    (BigInt(isPlain ? 1 : 0) << 60n) |
    (BigInt(count) << 52n) |
    (BigInt(isRegex ? 1 : 0) << 51n) |
    (BigInt(isRegex ? regex_priority : 0) << 19n) |
    BigInt(isRegex ? 0 : (path?.length ?? 0))
  );
}

/** The name of the first route of the virtual host that Envoy picks; null = none. */
export function askEnvoy(configuration: Loose, request: Request): string | null {
  return findContext(configuration, request)?.route ?? null;
}

/** What that route says to Postern (`context_extensions`); null = there is none, or it asks nobody. */
export function findContext(configuration: Loose, request: Request): Loose {
  const hosts: Loose[] = configuration.virtual_hosts;
  const domains = hosts.flatMap((host) => host.domains.map((domain: string) => ({ domain, host })));
  const rank = (domain: string) => {
    if (domain === '*') return 0;
    if (domain.startsWith('*')) return 2000 + domain.length;
    return domain.endsWith('*') ? 1000 + domain.length : 9000;
  };
  const [picked] = domains
    .filter(({ domain }) => domain === '*' || hostMatches(domain, request.host))
    .toSorted((a, b) => rank(b.domain) - rank(a.domain));
  const found = picked?.host.routes.find((route: Loose) => envoyMatches(route.match, request));
  const typed = found?.typed_per_filter_config['envoy.filters.http.ext_authz'];
  return typed?.check_settings?.context_extensions ?? null;
}

function envoyMatches(match: Loose, request: Request): boolean {
  const path =
    match.prefix === undefined
      ? new RegExp(`^(?:${String(match.safe_regex.regex)})$`).test(request.path)
      : request.path.startsWith(match.prefix);
  const lines: Loose = {
    ':method': request.method,
    ':authority': request.host,
    ...request.headers,
  };
  return (
    path &&
    (match.headers ?? []).every((one: Loose) => stringMatches(one.string_match, lines[one.name]))
  );
}

function stringMatches(match: Loose, value: string | undefined): boolean {
  if (value === undefined) return false;
  if (match.exact !== undefined) return match.exact === value;
  if (match.prefix !== undefined) return value.startsWith(match.prefix);
  const pattern: string = match.safe_regex.regex;
  return new RegExp(`^(?:${pattern.replace('(?i)', '')})$`, 'i').test(value);
}
