import { z } from 'zod';
import { presetNames } from '../presets.ts';
import { asymmetricAlgorithms, clientSchema } from './identity-client.ts';
import { introspecting } from './introspecting.ts';
import { proxying } from './proxying.ts';
import { claims, distinct, duration, httpUrl, name, nonEmpty, requirement } from './scalars.ts';

const endpoint = httpUrl.nullable().prefault(null);

const endpoints = z.strictObject({
  token: endpoint.describe('Token endpoint; null = from discovery.'),
  jwks: endpoint.describe('Keys; null = from discovery.'),
  introspection: endpoint.describe('Introspection endpoint; null = from discovery.'),
  authorization: endpoint.describe(
    'Authorization endpoint, told to developers; null = from discovery.',
  ),
});

const cacheEntries = z.int().min(1).max(10_000_000);

const cache = z.strictObject({
  max_ttl: duration(0)
    .prefault('5m')
    .describe('How long a verified token is remembered, `exp` permitting.'),
  negative_ttl: duration(0).prefault('10s').describe('How long a refused token is remembered.'),
  stale_if_error: duration(0)
    .prefault('0s')
    .describe('How much longer a token is good while the provider is down, `exp` permitting.'),
  max_entries: cacheEntries.prefault(100_000).describe('Verified tokens remembered.'),
  negative_max_entries: cacheEntries.prefault(10_000).describe('Refused tokens remembered.'),
});

const identity = {
  name: name.describe('How Services and Consumers refer to the provider.'),
  preset: z
    .enum(presetNames)
    .prefault('generic')
    .describe('Usual claims of a product; what is written here wins.'),
  issuer: httpUrl.describe('`iss` of its tokens, compared exactly; discovery starts here.'),
  issuers_allowed: distinct(nonEmpty).prefault([]).describe('More accepted `iss` values.'),
  allow_insecure: z
    .boolean()
    .prefault(false)
    .describe('Accepts `http://` for hosts other than this one.'),
};

const reaching = {
  discovery: z.boolean().prefault(true).describe('false = no discovery, only `endpoints`.'),
  discovery_url: httpUrl
    .nullable()
    .prefault(null)
    .describe('Metadata document, where it is not below the issuer.'),
  endpoints: endpoints.prefault({}).describe('Endpoints in place of discovered ones.'),
  rediscovery: duration()
    .prefault('30s')
    .describe('At most one extra fetch of keys or metadata in this time.'),
  jwks_refresh: duration().prefault('5m').describe('How often keys are fetched in any case.'),
  client: clientSchema
    .optional()
    .describe('Postern’s own client; introspection and the password grant need it.'),
  timeout: duration().prefault('2s').describe('Longest call to the provider.'),
  max_concurrent_calls: z
    .int()
    .min(1)
    .max(10_000)
    .prefault(64)
    .describe('Calls to the provider at once.'),
};

const judging = {
  algorithms: distinct(
    z.enum(asymmetricAlgorithms, {
      error: `expected one of: ${asymmetricAlgorithms.join(', ')}`,
    }),
  )
    .min(1)
    .prefault([...asymmetricAlgorithms])
    .describe('Accepted signature algorithms.'),
  token_types: distinct(nonEmpty)
    .min(1)
    .nullable()
    .prefault(null)
    .describe('Accepted `typ` values of a JWT; null = `JWT`, `at+jwt` or none.'),
  extra_jwks_uris: distinct(httpUrl)
    .prefault([])
    .describe('More key sets of the provider, beside the discovered one.'),
  max_token_age: duration()
    .nullable()
    .prefault(null)
    .describe('Oldest accepted token, by `iat`; null = of any age.'),
  audience_required: requirement
    .prefault([])
    .describe('Needed in `aud`: one of the items, all words of it.'),
  leeway: duration(0).prefault('5s').describe('Clock skew forgiven for `exp`, `nbf`, `iat`.'),
  cache: cache.prefault({}).describe('What is remembered of tokens.'),
};

const mapping = {
  consumer_claims: claims
    .optional()
    .describe('Claims that name the application; the first present one counts. Default: preset.'),
  consumer_by: distinct(z.enum(['custom_id', 'username', 'id']))
    .min(1)
    .prefault(['custom_id'])
    .describe('Attributes of a Consumer that it is compared with, in order.'),
  credential_claim: claims
    .optional()
    .describe('Goes upstream as `X-Credential-Identifier`. Default: `[sub]`.'),
  scopes_claims: claims.optional().describe('Where scopes are. Default: preset.'),
  groups_claims: claims
    .optional()
    .describe('Where groups of the provider’s own are. Default: preset.'),
  roles_claims: claims.optional().describe('Where roles are. Default: preset.'),
  audience_claims: claims.prefault(['aud']).describe('Where audiences are.'),
};

export const identityProviderSchema = z
  .strictObject({ ...identity, ...reaching, ...proxying, ...introspecting, ...judging, ...mapping })
  .superRefine((value, context) => {
    if (value.discovery) return;
    const { jwks, introspection } = value.endpoints;
    const refuse = (key: string, message: string) => {
      context.addIssue({ code: 'custom', path: [key], message });
    };
    if (value.discovery_url !== null) refuse('discovery_url', 'no use with discovery: false');
    if (jwks === null && introspection === null) {
      refuse(
        'discovery',
        'without discovery, endpoints.jwks or endpoints.introspection is required',
      );
    }
    if (jwks === null && value.introspection_accept !== 'application/json') {
      refuse(
        'introspection_accept',
        'without discovery, signed answers need the keys of endpoints.jwks',
      );
    }
  });
