import { z } from 'zod';
import { identityProviderSchema } from './identity-provider.ts';
import { listenSchema } from './listen.ts';
import { revocationsSchema } from './revocations.ts';
import { duration, filePath, keyMaterial } from './scalars.ts';
import { serviceSchema } from './service.ts';
import { sessionSchema } from './session.ts';
import { storeSchema } from './store.ts';
import { upstreamJwtSchema } from './upstream-jwt.ts';
import { webhooksSchema } from './webhooks.ts';

const log = z.strictObject({
  level: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'])
    .prefault('info')
    .describe('Least severe lines that are written.'),
  sample_allows: z
    .number()
    .min(0)
    .max(1)
    .prefault(0.1)
    .describe('Share of allowed requests that get a line.'),
});

const settings = z.strictObject({
  listen: listenSchema.prefault({}).describe('Where Postern listens.'),
  store: storeSchema.describe('Where Consumers are: exactly one of the two.'),
  identity_providers: z.array(identityProviderSchema).min(1).describe('Who vouches for tokens.'),
  services: z.array(serviceSchema).min(1).describe('What is protected, and how.'),
  session: sessionSchema
    .optional()
    .describe('Sessions of the Services that have `session` among their methods.'),
  revocations: revocationsSchema
    .prefault({})
    .describe('What the Admin API revokes; needs `store.redis`.'),
  upstream_jwt: upstreamJwtSchema
    .optional()
    .describe('Who signs the JWTs of `services[].upstream_jwt`; needed with it.'),
  webhooks: webhooksSchema
    .prefault([])
    .describe('Who is told of registrations; needs `store.redis` and `listen.admin`.'),
  shared_key: keyMaterial()
    .nullable()
    .prefault(null)
    .describe(
      'Key of at least 32 characters that replicas share, so that they take each other’s DPoP nonces; exchanged pairs are remembered under it. null = a random one per process.',
    ),
  shared_key_file: filePath.optional().describe('File that holds it.'),
  policy_by_host: z
    .boolean()
    .prefault(false)
    .describe(
      'Chooses the Service by host where Envoy names none; only where Envoy or the mesh pins the host.',
    ),
  unavailable: z
    .enum(['denied', 'envoy_decides'])
    .prefault('denied')
    .describe(
      'What Envoy is told when there is no verdict; `envoy_decides` lets `failure_mode_allow` turn an outage into an allow.',
    ),
  drain_delay: duration(0)
    .prefault('1s')
    .describe('Time between not ready and the end of listening, at SIGTERM.'),
  drain_timeout: duration(0).prefault('5s').describe('Time for requests under way to end.'),
  log: log.prefault({}).describe('The log on standard output.'),
});

/** The configuration file, names as written in it. Defaults and descriptions make its reference. */
export const settingsSchema = settings.superRefine((value, context) => {
  if (value.shared_key === null) return;
  if (value.shared_key_file === undefined) return;
  const message = 'expected shared_key or shared_key_file, not both';
  context.addIssue({ code: 'custom', path: ['shared_key_file'], message });
});

/** What the schema makes of a file: defaults filled in, durations in milliseconds, secrets covered. */
export type Settings = z.output<typeof settingsSchema>;
export type IdentityProviderSettings = Settings['identity_providers'][number];
export type ServiceSettings = Settings['services'][number];
export type RedisSettings = NonNullable<Settings['store']['redis']>;
