import type { PresetName } from './presets.ts';

/** What is wrong with an issuer that a product cannot have; null = nothing that is known. */
type FindTrap = (url: URL, issuer: string) => string | null;

const traps: Readonly<Record<PresetName, FindTrap>> = {
  generic: () => null,
  ping: () => null,
  // Tokens of the org server have no `/oauth2/…`; Okta says that nobody else may judge them.
  okta: ({ pathname }) =>
    pathname.startsWith('/oauth2/')
      ? null
      : 'the access tokens of an Okta org are for Okta’s own APIs: expected a custom authorization server, …/oauth2/<id>',
  entra: findEntraTrap,
  keycloak: ({ pathname }) => {
    if (!pathname.includes('/realms/')) return 'expected the realm of Keycloak, …/realms/<realm>';
    return pathname.endsWith('/') ? 'iss of Keycloak has no slash at its end' : null;
  },
  auth0: (_, issuer) => (issuer.endsWith('/') ? null : 'iss of Auth0 ends with a slash'),
  cognito: ({ hostname }) =>
    hostname.startsWith('cognito-idp.')
      ? null
      : 'iss of Cognito is https://cognito-idp.<region>.amazonaws.com/<pool>, not the domain of its pages',
};

/** Why hardly any token can have this issuer, as far as the product of the preset is known. */
export function findIssuerTrap(preset: PresetName, issuer: string): string | null {
  return traps[preset](new URL(issuer), issuer);
}

/** Both versions of tokens name one tenant, each in its own way. */
function findEntraTrap({ hostname, pathname }: URL): string | null {
  const [, tenant = ''] = pathname.split('/');
  if (['common', 'organizations', 'consumers'].includes(tenant)) {
    return `${tenant} is no issuer: tokens name the tenant that they are of`;
  }
  if (hostname === 'sts.windows.net') {
    return pathname.endsWith('/') ? null : 'iss of version 1 tokens of Entra ends with a slash';
  }
  if (!hostname.startsWith('login.microsoftonline.')) return null;
  return pathname.endsWith('/v2.0')
    ? null
    : 'expected …/<tenant>/v2.0, or https://sts.windows.net/<tenant>/ for version 1 tokens of Entra';
}
