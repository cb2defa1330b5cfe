import type { SessionPolicy } from '../authz/policy.ts';

type CookiePolicy = Pick<
  SessionPolicy,
  'cookieName' | 'cookiePath' | 'cookieDomain' | 'secure' | 'sameSite'
>;

/** Browsers keep no cookie whose name, value and attributes are longer together. */
export const maxSetCookieLength = 4096;

/**
 * Value of `set-cookie` (RFC 6265 section 4.1). `value` is base64url, hence needs no encoding.
 * `maxAgeS`: seconds after which the browser drops it.
 */
export function writeCookie(policy: CookiePolicy, value: string, maxAgeS: number): string {
  return withAttributes(policy, value, [`Max-Age=${maxAgeS}`]);
}

/** Value of `set-cookie` that makes a browser drop the cookie. */
export function clearCookie(policy: CookiePolicy): string {
  return withAttributes(policy, '', ['Max-Age=0', 'Expires=Thu, 01 Jan 1970 00:00:00 GMT']);
}

/** The attributes other than the life are the same each time: else a browser sees another cookie. */
function withAttributes(policy: CookiePolicy, value: string, life: readonly string[]): string {
  const { cookieName, cookiePath, cookieDomain, secure, sameSite } = policy;
  return [
    `${cookieName}=${value}`,
    `Path=${cookiePath}`,
    ...(cookieDomain === null ? [] : [`Domain=${cookieDomain}`]),
    ...life,
    ...(secure ? ['Secure'] : []),
    'HttpOnly',
    `SameSite=${sameSite}`,
  ].join('; ');
}
