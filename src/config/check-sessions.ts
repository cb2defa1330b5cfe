import type { DocumentPath, Finding } from '../documents/problem.ts';
import { areAuthMethods } from './auth-methods.ts';
import type { Outline, ServiceOutline } from './outline.ts';

type SessionOutline = Outline['session'];
type OwnSession = NonNullable<ServiceOutline['session']>;

/** Sessions of the whole file and of each Service. */
export function checkSessions({ session, services, store }: Outline): Finding[] {
  return [
    ...(session === null ? [] : checkShared(session, store)),
    ...services.flatMap((service, index) =>
      checkService(service, session, store, ['services', index]),
    ),
  ];
}

function checkShared(session: NonNullable<SessionOutline>, store: Outline['store']): Finding[] {
  const findings: Finding[] = [];
  if (session.storage === 'redis' && store.redis === undefined) {
    findings.push({ path: ['session', 'storage'], message: needsRedis });
  }
  if (session.cookie_same_site === 'None' && !session.cookie_secure) {
    findings.push({ path: ['session', 'cookie_same_site'], message: needsSecure });
  }
  return findings;
}

const needsRedis = 'redis needs store.redis';
const needsSecure = 'None needs cookie_secure: true';

function hasSessions({ auth_methods: methods }: ServiceOutline): boolean {
  return methods.includes('session');
}

function checkService(
  service: ServiceOutline,
  shared: SessionOutline,
  store: Outline['store'],
  path: DocumentPath,
): Finding[] {
  if (!areAuthMethods(service.auth_methods)) return [];
  const own = service.session;
  if (!hasSessions(service)) {
    const message = 'no use without session in auth_methods';
    return own === null ? [] : [{ path: [...path, 'session'], message }];
  }
  const findings = checkOpeners(service, shared, path);
  if (own === null) return findings;
  if (own.storage === 'redis' && store.redis === undefined) {
    findings.push({ path: [...path, 'session', 'storage'], message: needsRedis });
  }
  if (!fitsSecure(own, shared)) {
    const key = own.cookie_same_site === null ? 'cookie_secure' : 'cookie_same_site';
    findings.push({ path: [...path, 'session', key], message: needsSecure });
  }
  return findings;
}

/** Of a Service that says something of it; what the whole file says is a finding of its own. */
function fitsSecure(
  { cookie_same_site: sameSite, cookie_secure: secure }: OwnSession,
  shared: SessionOutline,
): boolean {
  if (sameSite === null && secure === null) return true;
  return (
    (sameSite ?? shared?.cookie_same_site) !== 'None' || (secure ?? shared?.cookie_secure ?? true)
  );
}

/** A session that nothing opens is a way in for nobody. */
function checkOpeners(
  { auth_methods: methods, session: own }: ServiceOutline,
  shared: SessionOutline,
  path: DocumentPath,
): Finding[] {
  const openers = own?.opened_by ?? shared?.opened_by ?? ['bearer', 'introspection'];
  if (openers.some((method) => methods.includes(method))) return [];
  const written = own !== null && own.opened_by !== null;
  const place = written ? ['session', 'opened_by'] : ['auth_methods', methods.indexOf('session')];
  const names = openers.filter((name) => name !== null).join(', ');
  return [
    {
      path: [...path, ...place],
      message: `none of session.opened_by (${names}) is in auth_methods, so that nothing opens a session`,
    },
  ];
}
