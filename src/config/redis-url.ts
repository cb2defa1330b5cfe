import type { HostPort } from './host-port.ts';

/** What the URL of a Redis says; null = it does not say. */
export interface RedisUrl {
  readonly target:
    ({ readonly kind: 'single' } & HostPort) | { readonly kind: 'socket'; readonly path: string };
  readonly tls: boolean;
  readonly username: string | null;
  readonly password: string | null;
  readonly database: number | null;
}

/** Reads `redis://[user:password@]host[:port][/database]`, `rediss://…` (TLS) or `unix:/path`. */
export function parseRedisUrl(text: string): RedisUrl | null {
  const socket = /^unix:(\/[^?#]+)$/.exec(text)?.[1];
  if (socket !== undefined) {
    const target = { kind: 'socket', path: socket } as const;
    return { target, tls: false, username: null, password: null, database: null };
  }
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !isRedisUrl(url)) return null;
  const username = decode(url.username);
  const password = decode(url.password);
  if (username === undefined || password === undefined) return null;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? 6379 : Number(url.port);
  const database = url.pathname.length > 1 ? Number(url.pathname.slice(1)) : null;
  const target = { kind: 'single', host, port } as const;
  return { target, tls: url.protocol === 'rediss:', username, password, database };
}

function isRedisUrl(url: URL): boolean {
  return (
    (url.protocol === 'redis:' || url.protocol === 'rediss:') &&
    url.hostname !== '' &&
    url.search === '' &&
    url.hash === '' &&
    /^(?:\/\d{0,5})?$/.test(url.pathname)
  );
}

/** Undefined where `%` is followed by no code. */
function decode(part: string): string | null | undefined {
  try {
    return part === '' ? null : decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

/** The URL with its password covered, and a lone user name too, which may be a secret. */
export function maskRedisUrl(text: string, mask: string): string {
  const login = /^(rediss?:\/\/)([^/@:]*:)?[^/]*@/;
  return text.replace(
    login,
    (_all, scheme: string, user = '') => `${scheme}${String(user)}${mask}@`,
  );
}
