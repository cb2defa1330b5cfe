import type { Json } from './json.ts';
import type { KongRoute } from './kong-model.ts';
import type { FormatVersion } from './kong-schema.ts';
import type { Ledger } from './ledger.ts';
import { isRegexPath, regexOf } from './router-priority.ts';
import { translatePathRegex, translateSearchRegex } from './translate-regex.ts';

/** `match` of a route of Envoy, for one path of a Route in Kong; null where there is none. */
export function writeMatch(
  route: KongRoute,
  path: string | null,
  format: FormatVersion,
  ledger: Ledger,
): Json | null {
  const place = writePath(route, path, format, ledger);
  const headers = [...writeMethods(route), ...writeHeaders(route, ledger)];
  if (place === null) return null;
  return { ...place, ...(headers.length === 0 ? {} : { headers }) };
}

function writePath(
  route: KongRoute,
  path: string | null,
  format: FormatVersion,
  ledger: Ledger,
): Json | null {
  if (path === null) return { prefix: '/' };
  if (!isRegexPath(path, format)) {
    if (isNormal(path)) return { prefix: path };
    const why = 'expected a path that begins with "/", as it is once escapes and dots are resolved';
    ledger.stop('route.paths', [...route.path, 'paths'], why);
    return null;
  }
  const regex = translatePathRegex(regexOf(path, format));
  if (regex.ok) return { safe_regex: { regex: regex.value } };
  ledger.stop('route.paths', [...route.path, 'paths'], `Envoy cannot match this: ${regex.stop}`);
  return null;
}

function writeMethods({ entity }: KongRoute): readonly Json[] {
  const methods = [...new Set(entity.methods ?? [])];
  return methods.length === 0 ? [] : [{ name: ':method', string_match: oneOf(methods) }];
}

/**
 * Whether a request can have such a path when Envoy compares it: normalised, with anything unusual
 * escaped, in whatever case the caller wrote the escape. Another one would never be found, and a
 * wider route would take its requests.
 */
function isNormal(path: string): boolean {
  return (
    /^\/[A-Za-z0-9._~!$&'()*+,;=:@[\]/-]*$/.test(path) && !/\/(?:\/|\.{1,2}(?:\/|$))/.test(path)
  );
}

/** Kong compares values of headers without case. */
function writeHeaders({ entity, path }: KongRoute, ledger: Ledger): readonly Json[] {
  return Object.entries(entity.headers ?? {}).flatMap(([name, values]) => {
    if (values.length === 0) {
      ledger.stop('route.headers', [...path, 'headers', name], 'expected at least one value');
    }
    const plain = values.filter((value) => !value.startsWith('~*'));
    if (plain.length === values.length) {
      return [{ name: name.toLowerCase(), string_match: oneOf(values, true) }];
    }
    const [only = ''] = values;
    const regex = values.length > 1 ? null : translateSearchRegex(only.slice(2));
    if (regex?.ok === true) {
      const pattern = `(?i)${regex.value}`;
      return [{ name: name.toLowerCase(), string_match: { safe_regex: { regex: pattern } } }];
    }
    const why = regex === null ? 'a pattern is one value of several' : regex.stop;
    ledger.stop('route.headers', [...path, 'headers', name], `Envoy cannot match this: ${why}`);
    return [];
  });
}

function oneOf(values: readonly string[], ignoreCase = false): Json {
  const [first = ''] = values;
  if (values.length === 1) return { exact: first, ...(ignoreCase ? { ignore_case: true } : {}) };
  const escaped = values.map((value) => value.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return { safe_regex: { regex: `${ignoreCase ? '(?i)' : ''}(?:${escaped.join('|')})` } };
}
