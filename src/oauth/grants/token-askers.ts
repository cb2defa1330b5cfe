import type { Pair } from '../../authz/credentials/credential.ts';
import type { GrantPlan } from '../../authz/policy.ts';
import { authenticateClient } from '../authenticate-client.ts';
import type { ProviderMetadata } from '../provider-metadata.ts';
import type { ProviderClient, ProviderOptions } from '../provider-options.ts';
import { authenticateApplication, choosePairMethod } from './authenticate-application.ts';
import type { TokenQuestion } from './call-token-endpoint.ts';
import type { Grant } from './judge-token-answer.ts';

/**
 * Who asks for a token with a pair, and with which parameters beside those of the plan; null = nobody
 * may, since the pair would be taken for our own client.
 */
export type TokenAsker = (
  pair: Pair,
  plan: Pick<GrantPlan, 'clientAuthMethod'>,
) => Pick<TokenQuestion, 'client' | 'parameters'> | null;

/**
 * With client credentials it is the application itself that asks (RFC 6749 section 4.4.2), and
 * Postern's own client must not stand in for it; with a password it is Postern's (section 4.3.2).
 */
export function createTokenAskers(
  { client }: ProviderOptions,
  metadata: ProviderMetadata,
): Readonly<Record<Grant, TokenAsker>> {
  const own = client && {
    id: client.id,
    authenticate: authenticateClient(client),
    requester: 'own client' as const,
  };
  return {
    client_credentials: (pair, { clientAuthMethod }) => {
      if (client !== null && needsNoSecret(client) && pair.id === client.id) return null;
      // The metadata may come, or change, at any time.
      const method = clientAuthMethod ?? choosePairMethod(metadata.members);
      const authenticate = authenticateApplication(pair, method);
      return { client: { id: pair.id, authenticate, requester: 'anybody' }, parameters: [] };
    },
    password: ({ id, secret }) => {
      if (own === null) throw new Error('the password grant needs a client at the provider');
      const parameters = [
        ['username', id],
        ['password', secret],
      ] as const;
      return { client: own, parameters };
    },
  };
}

/** No secret is registered for such a client, so that the one of a pair proves nothing of it. */
function needsNoSecret({ authMethod }: ProviderClient): boolean {
  switch (authMethod) {
    case 'tls_client_auth':
    case 'self_signed_tls_client_auth':
    case 'none':
      return true;
    case 'client_secret_basic':
    case 'client_secret_post':
    case 'client_secret_jwt':
    case 'private_key_jwt':
      return false;
  }
}
