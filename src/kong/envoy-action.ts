import type { Json } from './json.ts';
import type { KongRoute, KongService } from './kong-model.ts';
import type { FormatVersion } from './kong-schema.ts';
import { isRegexPath, regexOf } from './router-priority.ts';
import { translatePathRegex } from './translate-regex.ts';

export interface Upstream {
  readonly scheme: string;
  readonly host: string;
  readonly port: number;
  /** Begins and ends with a slash. */
  readonly path: string;
}

/** Where a Service sends its requests; `url` is short for the four others. */
export function readUpstream({ entity }: KongService): Upstream | null {
  const { url } = entity;
  if (typeof url === 'string') {
    if (!URL.canParse(url)) return null;
    const { protocol, hostname, port, pathname } = new URL(url);
    const scheme = protocol.slice(0, -1);
    return {
      scheme,
      host: hostname,
      port: Number(port) || usualPort(scheme),
      path: slash(pathname),
    };
  }
  const { host, protocol, port, path } = entity;
  if (typeof host !== 'string') return null;
  // Kong's own default, whatever the protocol.
  return { scheme: protocol ?? 'http', host, port: port ?? 80, path: slash(path ?? '/') };
}

function usualPort(scheme: string): number {
  return ['https', 'grpcs', 'wss'].includes(scheme) ? 443 : 80;
}

function slash(path: string): string {
  return path.endsWith('/') ? path : `${path}/`;
}

/** `route` of a route of Envoy: to the cluster of the Service, with Kong's rewrite of host and path. */
export function writeAction(
  service: KongService,
  route: KongRoute,
  path: string | null,
  format: FormatVersion,
): Json {
  const upstream = readUpstream(service);
  const keepsHost = route.entity.preserve_host === true || upstream === null;
  const rewrite = writeRewrite(upstream?.path ?? '/', route, path, format);
  return {
    cluster: service.name,
    ...(keepsHost ? {} : { host_rewrite_literal: writeAuthority(upstream) }),
    ...(rewrite === null ? {} : { regex_rewrite: rewrite }),
  };
}

function writeAuthority({ scheme, host, port }: Upstream): string {
  return port === usualPort(scheme) ? host : `${host}:${String(port)}`;
}

/** What of the path the upstream does not get, and what it gets before the rest. */
function writeRewrite(
  base: string,
  { entity }: KongRoute,
  path: string | null,
  format: FormatVersion,
): Json | null {
  const strips = entity.strip_path !== false && path !== null && path !== '/';
  if (!strips) return base === '/' ? null : rewrite('/', base);
  if (!isRegexPath(path, format)) return rewrite(quote(path.replace(/\/$/, '')) + rest, base);
  const regex = translatePathRegex(regexOf(path, format).replace(/\$$/, ''));
  return regex.ok ? rewrite(`(?:${regex.value.replace(/\.\*$/, '')})${rest}`, base) : null;
}

/**
 * What goes with the part that is cut off: a slash, or dots that would become a segment of their own
 * and lead out of the Service's path (`/orders../admin` cut at `/orders`).
 */
const rest = String.raw`(?:\.{1,2}(?:/|$)|/)?`;

function rewrite(pattern: string, base: string): Json {
  return { pattern: { regex: `^${pattern}` }, substitution: base.replaceAll('\\', '\\\\') };
}

function quote(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
