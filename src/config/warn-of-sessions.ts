import type { Finding } from '../documents/problem.ts';
import type { Config } from './config.ts';
import { nameCookie } from './name-cookie.ts';
import type { ServiceConfig } from './service-config.ts';
import { warnIf } from './warn-if.ts';

/** What the operator of sessions should know. */
export function warnOfSessions({ session, services }: Config): Finding[] {
  if (session === null) return [];
  const inCookies = services.some(({ session: own }) => own?.storage === 'cookie');
  return [
    ...warnIf(
      services.every((service) => service.session === null),
      ['session'],
      'no Service has session in auth_methods',
    ),
    ...warnIf(
      inCookies && session.keys.length === 0,
      ['session', 'keys'],
      'without keys of its own each process makes one: sessions end with it, and other replicas refuse them',
    ),
    ...services.flatMap(warnOfClosedMethods),
    ...warnOfClearText(services, session.cookieSecure),
    ...services.flatMap((service, index) =>
      warnOfSharedCookie(service, services.slice(0, index), index),
    ),
  ];
}

/** Whoever has both methods may well expect the one to open the other. */
function warnOfClosedMethods(service: ServiceConfig, index: number): Finding[] {
  const { session, authMethods, name } = service;
  if (session === null) return [];
  return (['client_credentials', 'password'] as const).flatMap((method) =>
    warnIf(
      authMethods.includes(method) && !session.openedBy.includes(method),
      ['services', index, 'auth_methods', authMethods.indexOf(method)],
      `${method} opens no session at ${name}: it is not in session.opened_by`,
    ),
  );
}

function warnOfClearText(services: readonly ServiceConfig[], secure: boolean): Finding[] {
  const message = 'browsers send session cookies in clear text, where they can be read and used';
  const inClearText = services.flatMap(({ session }, index) =>
    session?.cookieSecure === false ? [index] : [],
  );
  // Where the whole file says so, none of its Services has to be looked for.
  if (!secure) return warnIf(inClearText.length > 0, ['session', 'cookie_secure'], message);
  return inClearText.map((index) => ({
    path: ['services', index, 'session', 'cookie_secure'],
    message,
  }));
}

/** A browser keeps one cookie of a name for a host, and a session is worth something at its own Service alone. */
function warnOfSharedCookie(
  service: ServiceConfig,
  others: readonly ServiceConfig[],
  index: number,
): Finding[] {
  const { session, name } = service;
  if (session === null) return [];
  const other = others.find((one) => sharesCookie(one, service));
  return warnIf(
    other !== undefined,
    ['services', index],
    `${name} has the session cookie of ${other?.name ?? ''}: on one host they end each other's sessions; give it a session.cookie_name`,
  );
}

function sharesCookie(one: ServiceConfig, other: ServiceConfig): boolean {
  if (one.session === null || other.session === null) return false;
  const apart =
    one.hosts.length > 0 &&
    other.hosts.length > 0 &&
    !one.hosts.some((host) => other.hosts.includes(host));
  return !apart && nameCookie(one.session) === nameCookie(other.session);
}
