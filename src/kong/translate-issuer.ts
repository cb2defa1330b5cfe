import type { Json } from './json.ts';
import type { PluginOptions } from './plugin-options.ts';
import { hasReference } from './references.ts';

const wellKnown =
  /^(https?:\/\/[^/]+)(.*)\/\.well-known\/(openid-configuration|oauth-authorization-server)(\/.*)?$/;

/** Kong's `issuer` is where to discover; Postern's is what `iss` must be. */
export function translateIssuer(options: PluginOptions): Json {
  const written = options.text('issuer');
  const allowed = options.texts('issuers_allowed');
  if (written === null) {
    options.stop('issuer', 'the issuer is missing');
    return {};
  }
  const { issuer, document } = splitIssuer(written);
  const insecure =
    /^http:\/\//i.test(issuer) && !/^http:\/\/(localhost|127\.|\[::1\])/i.test(issuer);
  const base = {
    issuer,
    ...(document === null ? {} : { discovery_url: document }),
    ...(insecure ? { allow_insecure: true } : {}),
  };
  if (insecure) options.ignore('issuer', 'http:// is kept with allow_insecure; use https://');
  if (allowed.length === 0) return base;
  if (!allowed.includes(issuer)) options.refuse('issuers_allowed', whyLeftOut(issuer, allowed));
  return { ...base, issuers_allowed: [...new Set(allowed)].filter((item) => item !== issuer) };
}

function whyLeftOut(issuer: string, allowed: readonly string[]): string {
  return [issuer, ...allowed].some(hasReference)
    ? 'whether it has the issuer, which is always accepted here, is up to variables: add it'
    : 'it leaves out the issuer, which is always accepted here';
}

function splitIssuer(written: string): { issuer: string; document: string | null } {
  const parts = wellKnown.exec(written);
  if (parts === null) return { issuer: written, document: null };
  const [, origin = '', before = '', kind = '', after = ''] = parts;
  const isAuth0 = origin.endsWith('.auth0.com') && before === '';
  const issuer = `${origin}${before}${isAuth0 ? '/' : ''}${after}`;
  const isUsual = kind === 'openid-configuration' && after === '';
  return { issuer, document: isUsual ? null : written };
}
