import type { EnvoyEntry } from './envoy-entry.ts';
import type { RouteEntity } from './kong-schema.ts';

/** Whether there may be a request that matches two routes. Says no only where there is none. */
export function mayMatchBoth(a: EnvoyEntry, b: EnvoyEntry): boolean {
  return (
    shareHost(a.hosts, b.hosts) &&
    share(a.route.entity.methods, b.route.entity.methods) &&
    shareHeaders(a.route.entity, b.route.entity) &&
    sharePath(literalPart(a.path), literalPart(b.path))
  );
}

/** Absent and empty lists match everything. */
function share(a: readonly string[] | null | undefined, b: typeof a): boolean {
  if (!a?.length || !b?.length) return true;
  return a.some((item) => b.includes(item));
}

function shareHost(a: readonly string[], b: readonly string[]): boolean {
  const hasWildcard = [...a, ...b].some((host) => host.includes('*'));
  return hasWildcard || share(a, b);
}

function shareHeaders(a: RouteEntity, b: RouteEntity): boolean {
  const lower = (values: readonly string[]) => values.map((value) => value.toLowerCase());
  const others = new Map(
    Object.entries(b.headers ?? {}).map(([name, values]) => [name.toLowerCase(), lower(values)]),
  );
  return Object.entries(a.headers ?? {}).every(([name, values]) => {
    const other = others.get(name.toLowerCase());
    const isPlain = [...values, ...(other ?? [])].every((value) => !value.startsWith('~*'));
    return other === undefined || !isPlain || share(lower(values), other);
  });
}

/** What every path begins with that a path of a Route matches. */
function literalPart(path: string | null): string {
  if (path === null) return '';
  if (/^[A-Za-z0-9._/%-][A-Za-z0-9._~/%-]*$/.test(path)) return path;
  const pattern = path.replace(/^~\^?/, '');
  if (pattern.includes('|')) return '';
  return /^(?:[A-Za-z0-9_/%-](?![*?{]))*/.exec(pattern)?.[0] ?? '';
}

function sharePath(a: string, b: string): boolean {
  return a.startsWith(b) || b.startsWith(a);
}
