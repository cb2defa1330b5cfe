const oidc = '/.well-known/openid-configuration';
const oauth = '/.well-known/oauth-authorization-server';

/**
 * Where a provider's metadata may lie, most likely first: OpenID Connect Discovery 1.0 section 4
 * (appended) and RFC 8414 sections 3 and 5 (inserted between host and path).
 */
export function discoveryUrls(issuer: string): readonly string[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/+$/, '');
  const urls = [
    `${origin}${path}${oidc}`,
    `${origin}${oauth}${path}`,
    `${origin}${oidc}${path}`,
    `${origin}${path}${oauth}`,
  ];
  return [...new Set(urls)];
}

/** `https:`, or `http:` to this very host, or anything of the two where the operator allows it. */
export function isUsableUrl(text: string, allowInsecure: boolean): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  if (protocol === 'https:') return true;
  return protocol === 'http:' && (allowInsecure || isLoopback(hostname));
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
