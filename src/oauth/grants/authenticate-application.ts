import { ClientSecretPost, type ClientAuth } from 'oauth4webapi';
import type { Pair } from '../../authz/credentials/credential.ts';
import { readOwn } from '../parse-json-object.ts';
import type { MetadataMembers } from '../provider-metadata.ts';

/** How an application's own pair is shown to the token endpoint (RFC 6749 section 2.3.1). */
export type PairMethod = 'client_secret_basic' | 'client_secret_post';

/**
 * Basic, which every provider has to take, unless its metadata list the other one alone (RFC 8414
 * section 2; absent means basic).
 */
export function choosePairMethod(members: MetadataMembers | null): PairMethod {
  const listed =
    members === null ? null : readOwn(members, 'token_endpoint_auth_methods_supported');
  const methods: readonly unknown[] = Array.isArray(listed) ? listed : ['client_secret_basic'];
  const onlyPost =
    methods.includes('client_secret_post') && !methods.includes('client_secret_basic');
  return onlyPost ? 'client_secret_post' : 'client_secret_basic';
}

/** Authenticates a request as the application itself. */
export function authenticateApplication(pair: Pair, method: PairMethod): ClientAuth {
  if (method === 'client_secret_post') return ClientSecretPost(pair.secret);
  const text = `${encodeFormPart(pair.id)}:${encodeFormPart(pair.secret)}`;
  const authorization = `Basic ${Buffer.from(text).toString('base64')}`;
  return (_server, _client, _body, headers) => {
    headers.set('authorization', authorization);
  };
}

/**
 * Form encoding of RFC 6749 appendix B, of what needs it and no more. oauth4webapi also encodes
 * `-`, `_`, `.` and `~`, of which most ids and secrets are made: whoever decodes does not mind, but
 * there are providers that take the Basic header as it stands. So both kinds understand ordinary
 * pairs, and only odd ones depend on the provider's keeping to the RFC.
 */
export function encodeFormPart(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()]/g, (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}
