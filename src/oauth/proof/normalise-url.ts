/** Where a URL leads, without its query and fragment. */
export interface Target {
  /** Scheme, host, and the port where it is not the usual one. */
  readonly origin: string;
  readonly path: string;
}

const parts = /^(https?):\/\/([^/?#]*)([^?#]*)/i;
const authority = /^(\[[0-9a-f:.]+\]|[^:@[\]]+)(?::(\d{0,5}))?$/i;
const usualPorts: Readonly<Record<string, string>> = { http: '80', https: '443' };

/**
 * An `http(s)` URL in the one form that all spellings of it share (RFC 3986 sections 6.2.2 and
 * 6.2.3); null for anything else, and for user information, which has no place in an address.
 */
export function normaliseUrl(url: string): Target | null {
  const [, scheme = '', server = '', path = ''] = parts.exec(url) ?? [];
  const origin = normaliseOrigin(scheme.toLowerCase(), server);
  const normal = normalisePath(path === '' ? '/' : path);
  return origin === null || normal === null ? null : { origin, path: normal };
}

function normaliseOrigin(scheme: string, server: string): string | null {
  const [, host, digits = ''] = authority.exec(server) ?? [];
  const decoded = host === undefined ? null : normalisePercent(host);
  if (decoded === null) return null;
  const port = digits === '' ? usualPorts[scheme] : String(Number(digits));
  const suffix = port === usualPorts[scheme] ? '' : `:${port ?? ''}`;
  return `${scheme}://${decoded.toLowerCase()}${suffix}`;
}

/** Visible ASCII but for `?`, `#` and the backslash, which some parsers take for a slash. */
const pathCharacters = /^\/[!"$->@-[\]-~]*$/;

/**
 * A path in its normal form: percent-encoding and dot segments (RFC 3986 sections 6.2.2.1 to
 * 6.2.2.3). Empty segments stay, so `//x` is a path like any other. Null for what is no path.
 */
export function normalisePath(path: string): string | null {
  if (!pathCharacters.test(path)) return null;
  const decoded = normalisePercent(path);
  return decoded === null ? null : removeDotSegments(decoded);
}

const unreserved = /[A-Za-z0-9\-._~]/;

/** Unreserved characters as themselves, all other triplets in upper case; null where one is broken. */
function normalisePercent(text: string): string | null {
  if (!text.includes('%')) return text;
  if (/%(?![0-9a-f]{2})/i.test(text)) return null;
  return text.replace(/%(..)/g, (triplet: string, digits: string) => {
    const character = String.fromCharCode(Number.parseInt(digits, 16));
    return unreserved.test(character) ? character : triplet.toUpperCase();
  });
}

/** RFC 3986 section 5.2.4, for a path that begins with a slash. */
function removeDotSegments(path: string): string {
  if (!path.includes('/.')) return path;
  const segments = path.split('/').slice(1);
  const kept: string[] = [];
  for (const segment of segments) {
    if (segment === '..') kept.pop();
    else if (segment !== '.') kept.push(segment);
  }
  const last = segments.at(-1);
  if (last === '.' || last === '..') kept.push('');
  return `/${kept.join('/')}`;
}
