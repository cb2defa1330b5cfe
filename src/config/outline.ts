import { z } from 'zod';
import { presetNames } from './presets.ts';

// Takes what it can read and drops the rest: the checks between sections have to work on a file
// whose parts have errors of their own, so that all errors come at once.
const text = z.string().nullable().catch(null);
const texts = z.array(text).catch([]);
const flag = z.boolean().catch(false);
const list = <T extends z.ZodType>(item: T) => z.array(z.preprocess(toObject, item)).catch([]);

function toObject(value: unknown): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

const endpoints = z.preprocess(
  toObject,
  z.object({ token: text, jwks: text, introspection: text }),
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
  client: z.unknown().optional(),
});

const route = z.object({ name: text });

const service = z.object({
  name: text,
  hosts: texts,
  identity_providers: texts,
  auth_methods: z.array(text).nullable().catch(null),
  introspect_in_order: flag,
  routes: list(route),
});

const outlineSchema = z.preprocess(
  toObject,
  z.object({
    identity_providers: list(provider),
    services: list(service),
    policy_by_host: flag,
  }),
);

/** The names and references of a file, as far as they can be read. */
export type Outline = z.output<typeof outlineSchema>;
export type ProviderOutline = Outline['identity_providers'][number];
export type ServiceOutline = Outline['services'][number];

export function readOutline(value: unknown): Outline {
  return outlineSchema.parse(value);
}
