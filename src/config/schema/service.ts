import { z } from 'zod';
import { authMethods } from '../auth-methods.ts';
import { aclSchema } from './acl.ts';
import { requirements } from './requirements.ts';
import { routeSchema } from './route.ts';
import { distinct, name, nonEmpty, publicText, publicUrl } from './scalars.ts';
import { clientCredentialsSchema, passwordSchema } from './service-grants.ts';
import { proving } from './service-proofs.ts';
import { tokenPlacing } from './service-tokens.ts';
import { informing } from './service-upstream.ts';
import { serviceSession } from './session.ts';

/** `example.com`, `*.example.com` or an address; Envoy has stripped nothing, so no port here. */
const host = z
  .string()
  .regex(
    /^(?:(?:\*\.)?[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*|\[[0-9a-f:.]+\])$/i,
    'expected a host without a port, such as api.example.com or *.example.com',
  )
  .meta({ title: 'host' });

const registration = z.strictObject({
  required: z.boolean().prefault(true).describe('Only approved, unsuspended registrations pass.'),
  display_name: publicText.nullable().prefault(null).describe('Name for people.'),
  auto_approve: z.boolean().prefault(false).describe('New registrations start as approved.'),
  show_issuer: z.boolean().prefault(false).describe('Applications may see the issuer.'),
});

const messages = z.strictObject({
  unauthorized: publicText.optional().describe('In place of "Unauthorized".'),
  forbidden: publicText.optional().describe('In place of "Forbidden".'),
});

const naming = {
  name: name.describe('What `context_extensions.service` says.'),
  hosts: z
    .array(host)
    .prefault([])
    .describe('Hosts of the Service; they choose it only with `policy_by_host`.'),
  public_url: publicUrl
    .nullable()
    .prefault(null)
    .describe('What callers see as the address; DPoP and metadata (RFC 9728) need it.'),
};

const authenticating = {
  identity_providers: distinct(nonEmpty).min(1).describe('Providers whose tokens are accepted.'),
  auth_methods: distinct(z.enum(authMethods))
    .min(1)
    .prefault(['bearer', 'introspection'])
    .describe(
      '`bearer` verifies JWTs, `introspection` asks the provider about other tokens, `client_credentials` and `password` exchange pairs for tokens, `session` takes the cookie of an earlier success.',
    ),
  introspect_in_order: z
    .boolean()
    .prefault(false)
    .describe('Lets several providers be asked about one token, one after the other.'),
  client_credentials: clientCredentialsSchema
    .optional()
    .describe('How an application’s pair is exchanged for a token.'),
  password: passwordSchema.optional().describe('How a user’s pair is exchanged for a token.'),
  session: serviceSession.optional().describe('Sessions, where this Service differs.'),
  anonymous: nonEmpty
    .nullable()
    .prefault(null)
    .describe('Username of the Consumer that stands in where authentication fails.'),
  run_on_preflight: z.boolean().prefault(true).describe('false = every `OPTIONS` passes.'),
};

const asking = {
  audience_required: requirements.audience_required.prefault([]).describe('Beside the provider’s.'),
  scopes_required: requirements.scopes_required
    .prefault([])
    .describe('Needed scopes: one of the items, all words of it.'),
  groups_required: requirements.groups_required
    .prefault([])
    .describe('Needed groups of the provider’s own, likewise.'),
  roles_required: requirements.roles_required.prefault([]).describe('Needed roles, likewise.'),
  claims_required: requirements.claims_required
    .prefault([])
    .describe('Claims that have to be there, all of them; with `values` one of these exactly.'),
  claims_forbidden: requirements.claims_forbidden
    .prefault([])
    .describe('Claims of which none may be there; with `values` not with one of these.'),
};

const judging = {
  registration: registration.optional().describe('Absent = registrations are not looked at.'),
  acl: aclSchema.optional().describe('Absent = every known Consumer passes.'),
  consumer_optional: z
    .boolean()
    .prefault(false)
    .describe('Lets a token without a known Consumer pass on the provider’s groups.'),
  routes: z.array(routeSchema).prefault([]).describe('Parts with rules of their own.'),
};

const answering = {
  hide_credentials: z
    .boolean()
    .prefault(true)
    .describe(
      'Keeps the credential that was used from the upstream: header, query argument or cookie, the DPoP proof and session cookies with it.',
    ),
  expose_reason: z
    .boolean()
    .prefault(false)
    .describe('Tells callers the reason in `x-postern-reason`.'),
  messages: messages.prefault({}).describe('Words for callers.'),
};

export const serviceSchema = z.strictObject({
  ...naming,
  ...authenticating,
  ...tokenPlacing,
  ...proving,
  ...asking,
  ...judging,
  ...informing,
  ...answering,
});
