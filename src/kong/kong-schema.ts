import { z } from 'zod';

const text = z.string().nullish();
const texts = z.array(z.string()).nullish();
const flag = z.boolean().nullish();
const list = <T extends z.ZodType>(item: T) => z.array(item).nullish();
const anything = z.unknown().optional();

/** Another entity: its name or id, or an object that has one of them. */
const reference = z
  .union([z.string(), z.looseObject({ id: text, name: text, username: text })])
  .nullish()
  .transform((value) => {
    if (typeof value === 'string') return value;
    return value?.name ?? value?.username ?? value?.id ?? null;
  });

const plugin = z.looseObject({
  name: z.string().min(1),
  config: z.record(z.string(), z.unknown()).nullish(),
  _config: text,
  enabled: flag,
  protocols: texts,
  tags: texts,
  ordering: anything,
  condition: text,
  partials: z.array(z.unknown()).nullish(),
  service: reference,
  route: reference,
  consumer: reference,
  consumer_group: reference,
});

const route = z.looseObject({
  id: text,
  name: text,
  service: reference,
  hosts: texts,
  paths: texts,
  methods: texts,
  headers: z.record(z.string(), z.array(z.string())).nullish(),
  protocols: texts,
  expression: text,
  snis: texts,
  sources: z.array(z.unknown()).nullish(),
  destinations: z.array(z.unknown()).nullish(),
  regex_priority: z.number().nullish(),
  strip_path: flag,
  preserve_host: flag,
  path_handling: text,
  https_redirect_status_code: z.number().nullish(),
  created_at: z.number().nullish(),
  plugins: list(plugin),
});

const service = z.looseObject({
  id: text,
  name: text,
  url: text,
  protocol: text,
  host: text,
  port: z.number().nullish(),
  path: text,
  enabled: flag,
  routes: list(route),
  plugins: list(plugin),
});

const group = z.looseObject({ group: z.string().min(1) });

const consumer = z.looseObject({
  id: text,
  username: text,
  custom_id: text,
  tags: texts,
  acls: list(group),
  groups: z.array(z.unknown()).nullish(),
  plugins: list(plugin),
});

const vault = z.looseObject({
  prefix: z.string(),
  name: text,
  config: z.looseObject({ prefix: text }).nullish(),
});

const formats = ['1.1', '2.1', '3.0'] as const;

/** `_format_version` is a number where its author forgot the quotes. */
const formatVersion = z
  .union([z.string(), z.number()], { error: `expected one of: ${formats.join(', ')}` })
  .transform((value) => (typeof value === 'number' ? value.toFixed(1) : value))
  .pipe(z.enum(formats, { error: `expected one of: ${formats.join(', ')}` }));

const entities = {
  services: list(service),
  routes: list(route),
  plugins: list(plugin),
  consumers: list(consumer),
  consumer_groups: list(z.looseObject({ name: text, plugins: list(plugin) })),
  acls: list(z.looseObject({ consumer: reference, group: z.string().min(1) })),
  vaults: list(vault),
};

/** A declarative file of decK, or of Kong without a database (kong.md section 7.1). */
export const kongFileSchema = z.looseObject({
  _format_version: formatVersion,
  _info: z
    .looseObject({
      defaults: z
        .looseObject({
          service: z.record(z.string(), z.unknown()).nullish(),
          route: z.record(z.string(), z.unknown()).nullish(),
        })
        .nullish(),
    })
    .nullish(),
  _plugin_configs: z.record(z.string(), z.record(z.string(), z.unknown())).nullish(),
  ...entities,
});

const always = ['id', 'tags', 'created_at', 'updated_at', 'ws_id'];

/** Keys of entities that are read, or that say nothing about who passes. */
export const knownKeys = {
  service: new Set([
    ...[...always, ...Object.keys(service.shape)],
    ...['retries', 'connect_timeout', 'read_timeout', 'write_timeout', 'client_certificate'],
    ...['ca_certificates', 'tls_verify', 'tls_verify_depth', 'tls_sans'],
  ]),
  route: new Set([
    ...[...always, ...Object.keys(route.shape)],
    ...['request_buffering', 'response_buffering', 'priority'],
  ]),
  plugin: new Set([...always, ...Object.keys(plugin.shape), 'instance_name', 'run_on']),
} as const;

export type KongFile = z.output<typeof kongFileSchema>;
export type PluginEntity = z.output<typeof plugin>;
export type RouteEntity = z.output<typeof route>;
export type ServiceEntity = z.output<typeof service>;
export type ConsumerEntity = z.output<typeof consumer>;
export type FormatVersion = (typeof formats)[number];

/** Keys of the top that say nothing about who passes. */
export const harmlessSections: ReadonlySet<string> = new Set([
  ...['_comment', '_ignore', '_transform', '_workspace', '_konnect', '_info', '_format_version'],
  ...['_plugin_configs', 'upstreams', 'targets', 'certificates', 'ca_certificates', 'snis'],
  ...['licenses', 'rbac_roles', 'rbac_role_endpoints', 'keys', 'key_sets', 'partials'],
  ...['keyauth_credentials', 'jwt_secrets', 'basicauth_credentials', 'hmacauth_credentials'],
  ...['oauth2_credentials', 'mtls_auth_credentials', 'consumer_group_consumers'],
  ...['service_packages', 'parameters'],
  ...Object.keys(entities),
]);
