import { compact, type Json } from './json.ts';
import type { PluginOptions } from './plugin-options.ts';
import { hasReference } from './references.ts';
import { writeSeconds } from './translate-provider.ts';

export interface SessionParts {
  /** Of the Service; null = nothing opens a session. */
  readonly session: Json | null;
  /** Seals the sessions of the whole file. */
  readonly key: string | null;
}

const shortestKey = 32;

/** Sessions of a plugin whose methods include `session`. */
export function translateSession(options: PluginOptions, methods: readonly string[]): SessionParts {
  const disabled = options.texts('disable_session');
  const openers = methods.filter((method) => method !== 'session' && !disabled.includes(method));
  const session = compact({
    opened_by: openers,
    cookie_name: omitDefault(options.text('session_cookie_name'), 'session'),
    cookie_path: omitDefault(options.text('session_cookie_path'), '/'),
    cookie_domain: options.text('session_cookie_domain'),
    cookie_same_site: readSameSite(options),
    ...readTimes(options),
  });
  const key = readKey(options);
  if (!methods.includes('session')) return { session: null, key: null };
  if (openers.length > 0) return { session, key };
  options.ignore('auth_methods.session', 'no method is left that opens a session');
  return { session: null, key: null };
}

function omitDefault(value: string | null, usual: string): string | null {
  return value === usual ? null : value;
}

function readSameSite(options: PluginOptions): string | null {
  const written =
    options.text('session_cookie_same_site') ?? options.text('session_cookie_samesite');
  if (written === null || ['Lax', 'Strict', 'None'].includes(written)) return written;
  options.ignore('session_cookie_same_site', 'a cookie always has one here: Lax');
  return null;
}

/** Kong 2.x knew a lifetime, which each renewal began anew, and an idle time. */
function readTimes(options: PluginOptions): Json {
  const read = (key: string, old: string, usual: number) =>
    options.number(key) ?? options.number(old) ?? usual;
  const rolling = read('session_rolling_timeout', 'session_cookie_lifetime', 3600);
  const idling = read('session_idling_timeout', 'session_cookie_idletime', 900);
  const absolute = options.number('session_absolute_timeout') ?? 86_400;
  const limits = [rolling, idling, absolute].filter((seconds) => seconds >= 1);
  const idle = limits.length === 0 ? 900 : Math.min(...limits);
  if (absolute === 0) options.ignore('session_absolute_timeout', 'a session ends here: after 24h');
  return {
    idle_timeout: idle === 900 ? null : writeSeconds(idle),
    absolute_timeout: absolute === 86_400 || absolute < 1 ? null : writeSeconds(absolute),
  };
}

function readKey(options: PluginOptions): string | null {
  const key = options.text('session_secret');
  if (key === null || hasReference(key) || key.length >= shortestKey) return key;
  options.ignore('session_secret', 'shorter than 32 characters: write session.keys anew');
  return null;
}
