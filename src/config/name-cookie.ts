import type { ServiceSessionConfig } from './service-config.ts';

type CookieShape = Pick<
  ServiceSessionConfig,
  'cookieName' | 'cookiePath' | 'cookieDomain' | 'cookieSecure'
>;

/**
 * A session cookie's name on the wire. Browsers hold `__Host-` cookies to one host, and both prefixes
 * to TLS (RFC 6265bis section 4.1.3).
 */
export function nameCookie(session: CookieShape): string {
  if (!session.cookieSecure) return session.cookieName;
  const ofHost = session.cookiePath === '/' && session.cookieDomain === null;
  return `${ofHost ? '__Host-' : '__Secure-'}${session.cookieName}`;
}
