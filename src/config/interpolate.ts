import type { DocumentPath, Finding } from '../documents/problem.ts';

/** Variables of the environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Puts variables in place of `${VAR}` and `${VAR:-default}` (used where it is unset or empty) in the
 * strings of a parsed document; `$${` stands for `${`. What comes in stays one string, whatever
 * characters it has.
 */
export function interpolate(
  value: unknown,
  env: Environment,
): { readonly value: unknown; readonly problems: readonly Finding[] } {
  const problems: Finding[] = [];
  const report = (path: DocumentPath, message: string) => problems.push({ path, message });
  return { value: interpolateValue(value, env, [], report), problems };
}

type Report = (path: DocumentPath, message: string) => void;

function interpolateValue(
  value: unknown,
  env: Environment,
  path: DocumentPath,
  report: Report,
): unknown {
  if (typeof value === 'string') {
    return interpolateText(value, env, (message) => {
      report(path, message);
    });
  }
  if (Array.isArray(value)) {
    return value.map((item, index) => interpolateValue(item, env, [...path, index], report));
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.map(([key, item]) => [key, interpolateValue(item, env, [...path, key], report)]),
  );
}

const placeholder = /\$\$\{|\$\{(?:([A-Za-z_]\w*)(?::-([^}]*))?\})?/g;

/** One string; a part that cannot be filled in stays as it is and is reported. */
function interpolateText(
  text: string,
  env: Environment,
  report: (message: string) => void,
): string {
  return text.replace(placeholder, (whole: string, name?: string, fallback?: string) => {
    if (whole === '$${') return '${';
    if (name === undefined) {
      report('expected ${VAR} or ${VAR:-default}; $${ stands for ${ itself');
      return whole;
    }
    const found = Object.hasOwn(env, name) ? env[name] : undefined;
    if (found !== undefined && (found !== '' || fallback === undefined)) return found;
    if (fallback !== undefined) return fallback;
    report(`the environment has no variable ${name}`);
    return whole;
  });
}
