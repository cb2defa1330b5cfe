import type { SessionConfig } from './config.ts';
import { readSecrets } from './read-secret.ts';
import type { ReferencedFiles } from './referenced-files.ts';
import type { ServiceSettings, Settings } from './schema/settings.ts';
import type { ServiceSessionConfig } from './service-config.ts';

type SharedSettings = NonNullable<Settings['session']>;
type OwnSettings = NonNullable<ServiceSettings['session']>;

/** What all sessions share; null where nothing is said of them and no Service uses them. */
export function buildSession({ session }: Settings, files: ReferencedFiles): SessionConfig | null {
  if (session === undefined) return null;
  return {
    keys: readSecrets(session.keys, session.keys_files, files),
    cookieSecure: session.cookie_secure,
  };
}

/** The sessions of one Service: its own values, then those of the whole file. */
export function buildServiceSession(
  service: ServiceSettings,
  shared: Settings['session'],
): ServiceSessionConfig | null {
  if (shared === undefined || !service.auth_methods.includes('session')) return null;
  const own = service.session ?? {};
  return {
    storage: own.storage ?? shared.storage,
    ...buildCookie(own, shared),
    openedBy: own.opened_by ?? shared.opened_by,
    idleTimeoutMs: own.idle_timeout ?? shared.idle_timeout,
    absoluteTimeoutMs: own.absolute_timeout ?? shared.absolute_timeout,
    logout: buildLogout(own.logout === undefined ? shared.logout : own.logout),
  };
}

function buildCookie(own: OwnSettings, shared: SharedSettings) {
  return {
    cookieName: own.cookie_name ?? shared.cookie_name,
    cookiePath: own.cookie_path ?? shared.cookie_path,
    cookieDomain: own.cookie_domain === undefined ? shared.cookie_domain : own.cookie_domain,
    cookieSecure: own.cookie_secure ?? shared.cookie_secure,
    cookieSameSite: own.cookie_same_site ?? shared.cookie_same_site,
  };
}

function buildLogout(logout: SharedSettings['logout']): ServiceSessionConfig['logout'] {
  if (logout === null) return null;
  return { path: logout.path, methods: logout.methods, redirectUri: logout.redirect_uri };
}
