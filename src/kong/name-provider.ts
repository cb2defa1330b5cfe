import { hasReference } from './references.ts';

const products: readonly (readonly [RegExp, string])[] = [
  [/\.okta(preview|-emea)?\.com$/, 'okta'],
  [/^(login\.microsoftonline\.|sts\.windows\.net$)/, 'entra'],
  [/\.auth0\.com$/, 'auth0'],
  [/^cognito-idp\./, 'cognito'],
  [/\.pingone\./, 'ping'],
  [/^accounts\.google\.com$/, 'google'],
];

/** A short name for the provider of an issuer: its product, realm or host. */
export function nameProvider(issuer: unknown): string {
  if (typeof issuer !== 'string' || hasReference(issuer) || !URL.canParse(issuer)) return 'idp';
  const { hostname, pathname } = new URL(issuer);
  const product = products.find(([pattern]) => pattern.test(hostname))?.[1];
  const realm = /\/realms\/([^/]+)/.exec(pathname)?.[1];
  return product ?? realm ?? hostname;
}
