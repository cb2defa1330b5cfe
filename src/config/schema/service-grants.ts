import { z } from 'zod';
import { claims, distinct, nonEmpty, oneOrMore } from './scalars.ts';

/** Arguments that the grant has itself, or that other keys decide on. */
const ownArguments: ReadonlySet<string> = new Set([
  ...['grant_type', 'client_id', 'client_secret', 'scope', 'audience', 'resource'],
  ...['username', 'password', 'client_assertion', 'client_assertion_type'],
]);

const args = z.record(z.string(), z.string()).superRefine((value, context) => {
  for (const name of Object.keys(value)) {
    if (name !== '' && !ownArguments.has(name)) continue;
    const message = name === '' ? 'expected a name' : 'args may not hold this argument';
    context.addIssue({ code: 'custom', path: [name], message });
  }
});

const grant = {
  identity_provider: nonEmpty
    .nullable()
    .prefault(null)
    .describe('The one provider that pairs are shown to; needed where there are several.'),
  scopes: distinct(nonEmpty).prefault([]).describe('Scopes that are asked for.'),
  audience: oneOrMore.prefault(null).describe('One `audience` argument each.'),
  resource: oneOrMore.prefault(null).describe('One `resource` argument each (RFC 8707).'),
  args: args.prefault({}).describe('More arguments.'),
  basic_decoding: z
    .enum(['auto', 'raw', 'form'])
    .prefault('auto')
    .describe(
      'Whether a pair is form-encoded (RFC 6749 section 2.3.1); `auto` = tried where the provider does not know the raw one.',
    ),
  param_type: distinct(z.enum(['header', 'query', 'body']))
    .min(1)
    .prefault(['header'])
    .describe(
      'Places of a pair: `Authorization: Basic`, or arguments. `body` needs `hide_credentials: false`.',
    ),
};

export const clientCredentialsSchema = z.strictObject({
  ...grant,
  client_auth_method: z
    .enum(['client_secret_basic', 'client_secret_post'])
    .nullable()
    .prefault(null)
    .describe(
      'How applications are registered to authenticate; null = as the provider’s metadata say, `client_secret_basic` where both are listed.',
    ),
});

export const passwordSchema = z.strictObject({
  ...grant,
  consumer_claims: claims
    .prefault(['sub'])
    .describe('Claims that name the user; the first present one counts.'),
});
