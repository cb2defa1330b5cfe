import { halt, pass, type Step } from '../../lib/step.ts';
import { Secret } from '../../lib/secret.ts';
import type { RedisConnectionOptions } from './connection-options.ts';

/**
 * Reads `redis://`, `rediss://` (TLS) and `unix://` URLs as the IANA registrations of the first two
 * have them: `[user[:password]@]host[:port][/database]`. A problem never quotes the URL, which may
 * hold a password.
 */
export function parseRedisUrl(text: string): Step<RedisConnectionOptions, string> {
  if (!URL.canParse(text)) return halt('expected a URL such as redis://127.0.0.1:6379/0');
  const url = new URL(text);
  const credentials = readCredentials(url);
  if (credentials === null) return halt('the user or password has a broken percent encoding');

  if (url.protocol === 'unix:') {
    return pass({ ...credentials, topology: { kind: 'socket', path: url.pathname } });
  }
  if (url.protocol !== 'redis:' && url.protocol !== 'rediss:') {
    return halt('expected redis://, rediss:// or unix://');
  }
  const endpoint = readEndpoint(url);
  return endpoint.ok
    ? pass({ ...credentials, ...endpoint.value, ...(url.protocol === 'rediss:' && { tls: {} }) })
    : endpoint;
}

function readEndpoint(
  url: URL,
): Step<Pick<RedisConnectionOptions, 'topology' | 'database'>, string> {
  if (url.hostname === '') return halt('the host is missing');
  const database = /^\/?(\d{0,5})$/.exec(url.pathname)?.[1];
  if (database === undefined) return halt('expected a database number after the host');
  return pass({
    topology: {
      kind: 'single',
      host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
      port: url.port === '' ? 6379 : Number(url.port),
    },
    database: Number(database),
  });
}

function readCredentials(url: URL): Pick<RedisConnectionOptions, 'username' | 'password'> | null {
  try {
    return {
      ...(url.username === '' ? {} : { username: decodeURIComponent(url.username) }),
      ...(url.password === '' ? {} : { password: new Secret(decodeURIComponent(url.password)) }),
    };
  } catch {
    return null;
  }
}
