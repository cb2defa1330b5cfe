import { pass, halt, type Step } from '../../lib/step.ts';

/** Where an Admin API is. */
export interface AdminAddress {
  /** Scheme, host and port, such as `http://127.0.0.1:8001`. */
  readonly origin: string;
  /** Before each path, where the API stands behind a proxy; without a slash at its end. */
  readonly basePath: string;
  /** Null = over TCP. */
  readonly socketPath: string | null;
  readonly isTls: boolean;
  /** Whether the network may read along: plain HTTP to another host than this one. */
  readonly isExposed: boolean;
  /** As it was written. */
  readonly text: string;
}

const expected = 'expected http://host:port, https://host:port or unix:/path';

/** Reads `http://…`, `https://…`, `unix:/path`, or `host:port`, as `listen.admin.address` says it. */
export function readAdminAddress(text: string): Step<AdminAddress, string> {
  if (text.startsWith('unix:')) return readSocket(text);
  const url = URL.parse(/^[a-z][a-z+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  if (url === null || !/^https?:$/.test(url.protocol)) return halt(expected);
  if (url.username + url.password !== '') {
    return halt('a URL is no place for credentials: set POSTERN_ADMIN_TOKEN');
  }
  return url.search + url.hash === '' ? pass(describeUrl(url, text)) : halt(expected);
}

function describeUrl({ origin, protocol, hostname, pathname }: URL, text: string): AdminAddress {
  const isTls = protocol === 'https:';
  const isExposed = !isTls && !isLoopback(hostname);
  return {
    origin,
    basePath: pathname.replace(/\/+$/, ''),
    socketPath: null,
    isTls,
    isExposed,
    text,
  };
}

function readSocket(text: string): Step<AdminAddress, string> {
  const socketPath = text.slice('unix:'.length).replace(/^\/\/(?=\/)/, '');
  if (!socketPath.startsWith('/')) return halt('expected unix:/path, from the root on');
  const origin = 'http://localhost';
  return pass({ origin, basePath: '', socketPath, isTls: false, isExposed: false, text });
}

function isLoopback(hostname: string): boolean {
  return /^(?:localhost|.*\.localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}
