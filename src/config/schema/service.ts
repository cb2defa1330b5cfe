import { z } from 'zod';
import {
  distinct,
  httpUrl,
  name,
  nonEmpty,
  notYetMessage,
  publicText,
  requirement,
  scopesRequirement,
} from './scalars.ts';

const authMethods = ['bearer', 'introspection'] as const;
const laterAuthMethods: readonly unknown[] = ['client_credentials', 'password', 'session'];

const authMethod = z.enum(authMethods, {
  error: ({ input }) =>
    laterAuthMethods.includes(input)
      ? `${String(input)} is ${notYetMessage}; expected one of: ${authMethods.join(', ')}`
      : undefined,
});

/** `example.com`, `*.example.com` or an address; Envoy has stripped nothing, so no port here. */
const host = z
  .string()
  .regex(
    /^(?:(?:\*\.)?[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*|\[[0-9a-f:.]+\])$/i,
    'expected a host without a port, such as api.example.com or *.example.com',
  )
  .meta({ title: 'host' });

const groups = z.array(nonEmpty).min(1);

const acl = z
  .strictObject({
    allow: groups.optional().describe('Groups that may pass; nobody else may.'),
    deny: groups.optional().describe('Groups that may not pass.'),
    hide_groups_header: z.boolean().prefault(false).describe('Keeps groups from the upstream.'),
    always_use_authenticated_groups: z
      .boolean()
      .prefault(false)
      .describe('Prefers the provider’s groups to the Consumer’s.'),
  })
  .superRefine((value, context) => {
    if ((value.allow === undefined) !== (value.deny === undefined)) return;
    context.addIssue({ code: 'custom', message: 'expected exactly one of: allow, deny' });
  });

const registration = z.strictObject({
  required: z.boolean().prefault(true).describe('Only approved, unsuspended registrations pass.'),
  display_name: publicText.nullable().prefault(null).describe('Name for people.'),
  auto_approve: z.boolean().prefault(false).describe('New registrations start as approved.'),
  show_issuer: z.boolean().prefault(false).describe('Applications may see the issuer.'),
});

const route = z
  .strictObject({
    name: name.describe('What `context_extensions.route` says.'),
    acl: acl.optional().describe('In place of the Service’s; the two are not merged.'),
    auth: z.literal('none').optional().describe('`none` = passes without a decision.'),
  })
  .superRefine((value, context) => {
    if (value.auth === undefined || value.acl === undefined) return;
    const message = 'auth: none leaves nobody for an acl to judge';
    context.addIssue({ code: 'custom', path: ['auth'], message });
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
  public_url: httpUrl
    .nullable()
    .refine((value) => value === null, notYetMessage)
    .prefault(null)
    .describe('What callers see as the address; for a later version.'),
};

const authenticating = {
  identity_providers: distinct(nonEmpty).min(1).describe('Providers whose tokens are accepted.'),
  auth_methods: distinct(authMethod)
    .min(1)
    .prefault([...authMethods])
    .describe('`bearer` verifies JWTs, `introspection` asks the provider about other tokens.'),
  introspect_in_order: z
    .boolean()
    .prefault(false)
    .describe('Lets several providers be asked about one token, one after the other.'),
  audience_required: requirement.prefault([]).describe('Beside the provider’s.'),
  scopes_required: scopesRequirement
    .prefault([])
    .describe('Needed scopes: one of the items, all words of it.'),
  anonymous: nonEmpty
    .nullable()
    .prefault(null)
    .describe('Username of the Consumer that stands in where authentication fails.'),
  run_on_preflight: z.boolean().prefault(true).describe('false = every `OPTIONS` passes.'),
};

const judging = {
  registration: registration.optional().describe('Absent = registrations are not looked at.'),
  acl: acl.optional().describe('Absent = every known Consumer passes.'),
  consumer_optional: z
    .boolean()
    .prefault(false)
    .describe('Lets a token without a known Consumer pass on the provider’s groups.'),
  routes: z.array(route).prefault([]).describe('Parts with rules of their own.'),
};

const answering = {
  hide_credentials: z.boolean().prefault(true).describe('Keeps the token from the upstream.'),
  expose_reason: z
    .boolean()
    .prefault(false)
    .describe('Tells callers the reason in `x-postern-reason`.'),
  messages: messages.prefault({}).describe('Words for callers.'),
};

export const serviceSchema = z.strictObject({
  ...naming,
  ...authenticating,
  ...judging,
  ...answering,
});
