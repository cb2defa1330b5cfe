import type { FormatVersion, RouteEntity } from './kong-schema.ts';

/** Greater numbers come first, the leftmost difference decides. */
export type Priority = readonly number[];

/** A Route with one of its paths; null = every path. */
export interface RoutePath {
  readonly entity: RouteEntity;
  readonly path: string | null;
}

/**
 * Kong's order of routes: by how many kinds of conditions there are, by hosts without wildcards, by the
 * number of headers, by regular expressions and their `regex_priority`, then by the length of the path.
 * Kong 3 (`router_flavor: traditional_compatible`) looks at each path of a Route by itself; Kong 2 at
 * all of them, and prefers hosts to headers, headers to paths, and paths to methods.
 */
export function routePriority(
  route: RoutePath,
  format: FormatVersion,
  router: FormatVersion = format,
): Priority {
  const { headers, hosts } = route.entity;
  const kinds = listKinds(route.entity);
  const weight = kinds.reduce((sum, kind) => sum + kind, 0);
  const isPlain = has(hosts) === 1 && hosts?.some((host) => host.includes('*')) === false;
  const plain = isPlain ? 1 : 0;
  const headerCount = Object.keys(headers ?? {}).length;
  const { regex, length } =
    router === '3.0' ? judgePath(route.path, format) : judgePaths(route.entity, format);
  const regexPriority = regex * (route.entity.regex_priority ?? 0);
  if (router === '3.0') return [weight, plain, headerCount, regex, regexPriority, length];
  const category = Number.parseInt(kinds.join(''), 2);
  return [weight, category, plain, regex, headerCount, regexPriority, length];
}

function has(value: readonly unknown[] | null | undefined): 0 | 1 {
  return (value?.length ?? 0) > 0 ? 1 : 0;
}

/** In the order in which Kong 2 prefers them. */
function listKinds({ hosts, headers, paths, methods }: RouteEntity): readonly number[] {
  return [has(hosts), has(Object.keys(headers ?? {})), has(paths), has(methods)];
}

interface PathRank {
  readonly regex: 0 | 1;
  /** Of plain paths. */
  readonly length: number;
}

function judgePath(path: string | null, format: FormatVersion): PathRank {
  if (path === null) return { regex: 0, length: 0 };
  return isRegexPath(path, format) ? { regex: 1, length: 0 } : { regex: 0, length: path.length };
}

function judgePaths({ paths }: RouteEntity, format: FormatVersion): PathRank {
  const plain = (paths ?? []).filter((path) => !isRegexPath(path, format));
  const lengths = plain.map((path) => path.length);
  const regex = plain.length < (paths ?? []).length ? 1 : 0;
  return { regex, length: Math.max(0, ...lengths) };
}

/** Negative where `a` comes first. */
export function comparePriority(a: Priority, b: Priority): number {
  for (const [index, value] of a.entries()) {
    const other = b[index] ?? 0;
    if (value !== other) return other - value;
  }
  return 0;
}

/** From 3.0 on a path says by `~` that it is one; before, by characters that a plain one has not. */
export function isRegexPath(path: string, format: FormatVersion): boolean {
  return format === '3.0' ? path.startsWith('~') : !/^[A-Za-z0-9._~/%-]*$/.test(path);
}

export function regexOf(path: string, format: FormatVersion): string {
  return format === '3.0' ? path.slice(1) : path;
}
