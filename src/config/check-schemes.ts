import type { DocumentPath, Finding } from '../documents/problem.ts';
import { isLoopback } from './host-port.ts';
import type { ProviderOutline } from './outline.ts';

/** What goes over the network in clear text can be changed on its way, keys of providers included. */
export function checkSchemes(provider: ProviderOutline, index: number): Finding[] {
  if (provider.allow_insecure) return [];
  const path = ['identity_providers', index];
  const { endpoints } = provider;
  const urls: [DocumentPath, string | null][] = [
    [['issuer'], provider.issuer],
    [['discovery_url'], provider.discovery_url],
    [['endpoints', 'token'], endpoints.token],
    [['endpoints', 'jwks'], endpoints.jwks],
    [['endpoints', 'introspection'], endpoints.introspection],
    [['endpoints', 'authorization'], endpoints.authorization],
    ...provider.extra_jwks_uris.map((url, place): [DocumentPath, string | null] => [
      ['extra_jwks_uris', place],
      url,
    ]),
  ];
  return urls
    .filter(([, url]) => url !== null && isClearText(url))
    .map(([key]) => ({ path: [...path, ...key], message: expectedScheme }));
}

export const expectedScheme =
  'expected https://; http:// needs a loopback host or allow_insecure: true';

/** Whether what is sent there can be read on its way. */
export function isClearText(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return url.protocol === 'http:' && !isLoopback(url.hostname);
}
