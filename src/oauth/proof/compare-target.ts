import { normalisePath, normaliseUrl } from './normalise-url.ts';

/**
 * Whether `htu` names the request that came (RFC 9449 section 4.3, point 9); else what is wrong.
 *
 * `public_url` is what callers see of the Service. Scheme and host are its own, since what Envoy sees
 * may be the name of an inner hop. The path is the request's: Envoy rewrites paths after this check,
 * so the caller's own path is still there, and it has to lie below that of `public_url`. It is never
 * parsed as a URL, where `//x` would be a host.
 */
export function compareTarget(
  htu: string,
  requestPath: string,
  publicUrl: string | null,
): string | null {
  const base = publicUrl === null ? null : normaliseUrl(publicUrl);
  if (base === null) return 'no public_url to compare htu with';
  const path = normalisePath(requestPath.replace(/[?#].*$/s, ''));
  if (path === null) return 'the path of the request cannot be compared';
  if (!liesBelow(path, base.path)) return 'the request is not below public_url';
  const claimed = normaliseUrl(htu);
  if (claimed === null) return 'htu is no URL';
  if (claimed.origin !== base.origin) return 'htu has another scheme, host or port';
  return claimed.path === path ? null : 'htu has another path';
}

function liesBelow(path: string, base: string): boolean {
  const prefix = base.endsWith('/') ? base : `${base}/`;
  return path.startsWith(prefix) || path === prefix.slice(0, -1);
}
