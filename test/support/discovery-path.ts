/** Where the metadata lie: OpenID Connect's own way is `appended`, RFC 8414's `inserted_oauth`. */
export type DiscoveryPlace = 'appended' | 'inserted_oauth' | 'inserted_oidc' | 'appended_oauth';

/** @param base path of the issuer, empty for none */
export function discoveryPath(base: string, place: DiscoveryPlace): string {
  const oidc = '/.well-known/openid-configuration';
  const oauth = '/.well-known/oauth-authorization-server';
  switch (place) {
    case 'appended':
      return `${base}${oidc}`;
    case 'appended_oauth':
      return `${base}${oauth}`;
    case 'inserted_oauth':
      return `${oauth}${base}`;
    case 'inserted_oidc':
      return `${oidc}${base}`;
  }
}
