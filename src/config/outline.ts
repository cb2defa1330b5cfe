import { z } from 'zod';
import { presetNames } from './presets.ts';

// Takes what it can read and drops the rest: the checks between sections have to work on a file
// whose parts have errors of their own, so that all errors come at once.
const text = z.string().nullable().catch(null);
const texts = z.array(text).catch([]);
const flag = z.boolean().catch(false);
const list = <T extends z.ZodType>(item: T) => z.array(z.preprocess(toObject, item)).catch([]);
/** Null where it is absent, which for some sections says something. */
const section = <T extends z.ZodType>(inner: T) =>
  z.preprocess((value) => (value === undefined ? null : toObject(value)), inner.nullable());

function toObject(value: unknown): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

const endpoints = z.preprocess(
  toObject,
  z.object({ token: text, jwks: text, introspection: text, authorization: text }),
);

const provider = z.object({
  name: text,
  preset: z.enum(presetNames).catch('generic'),
  issuer: text,
  issuers_allowed: texts,
  allow_insecure: flag,
  discovery: z.boolean().catch(true),
  discovery_url: text,
  endpoints,
  extra_jwks_uris: texts,
  client: z.unknown().optional(),
});

const route = z.object({ name: text });

const grant = section(z.object({ identity_provider: text, param_type: texts }));

const sessionKeys = {
  cookie_name: text,
  cookie_path: text,
  cookie_domain: text,
  cookie_same_site: text,
  opened_by: z.array(text).nullable().catch(null),
  storage: text,
};

const service = z.object({
  name: text,
  hosts: texts,
  public_url: text,
  identity_providers: texts,
  auth_methods: z.array(text).catch(['bearer', 'introspection']),
  introspect_in_order: flag,
  client_credentials: grant,
  password: grant,
  session: section(z.object({ ...sessionKeys, cookie_secure: z.boolean().nullable().catch(null) })),
  bearer_token_param_type: texts,
  bearer_token_header_names: texts,
  bearer_token_cookie_name: text,
  bearer_token_param_name: z.string().catch('access_token'),
  proof_of_possession_dpop: z.string().catch('off'),
  proof_of_possession_mtls: z.string().catch('off'),
  upstream_headers: z.preprocess(toObject, z.record(z.string(), z.unknown())),
  upstream_jwt: z.preprocess(
    (value) => (value === undefined || value === null ? null : toObject(value)),
    z.object({ header: z.string().catch('x-postern-jwt') }).nullable(),
  ),
  hide_credentials: z.boolean().catch(true),
  routes: list(route),
});

const outlineSchema = z.preprocess(
  toObject,
  z.object({
    listen: z.preprocess(toObject, z.object({ admin: z.unknown().optional() })),
    store: z.preprocess(toObject, z.object({ redis: z.unknown().optional() })),
    identity_providers: list(provider),
    services: list(service),
    session: section(
      z.object({
        ...sessionKeys,
        cookie_secure: z.boolean().catch(true),
      }),
    ),
    upstream_jwt: section(z.object({})),
    policy_by_host: flag,
    webhooks: list(z.object({ name: text, url: text, allow_insecure: flag })),
  }),
);

/** The names and references of a file, as far as they can be read. */
export type Outline = z.output<typeof outlineSchema>;
export type ProviderOutline = Outline['identity_providers'][number];
export type ServiceOutline = Outline['services'][number];

export function readOutline(value: unknown): Outline {
  return outlineSchema.parse(value);
}
