import { writeConfigSchema } from '../config-schema.ts';
import { presets, type ClaimSetting } from '../presets.ts';
import { listKeys, type KeyRow } from './list-keys.ts';
import { code, writeTable } from './markdown.ts';

const introduction = `<!-- Written by scripts/generate.mjs from the schema in src/config. Change it there. -->

# Configuration

One YAML 1.2 file, strict: an unknown or repeated key, a wrong type or a name that leads nowhere stops
the load. \`postern validate\` prints every problem with file, line and column, and warns of what is
allowed but often not meant. \`postern config print\` prints what is in force, secrets covered;
\`postern config schema\` prints the [JSON Schema](configuration.schema.json) for editors.

## Forms of values

- **Duration**: a whole number with its unit, such as \`250ms\`, \`5s\`, \`10m\` or \`24h\`.
- **Size**: a whole number with its unit, such as \`64KiB\` or \`4MiB\`.
- **Path**: of a file; a relative one starts at the folder of the configuration file.
- **Secret**: a string; each has a sibling with \`_file\` that names a file to read it from, whose last line
  break does not count; a list has one for several files. Give one of the two. The values of
  \`introspection_headers\` and \`introspection_args\` and the URLs of proxies have no such sibling; a
  variable fills them.
- **Claim**: its name, or a list of names that lead to a nested one: \`[realm_access, roles]\`.
- **Claims**: a list of alternatives, of which the first that a token has counts:
  \`[azp, [realm_access, client]]\`.
- **Requirement**: a list of which one item must be met; an item of several words needs all of them.
  \`["orders.read", "orders.write orders.audit"]\` is met by the first scope, or by both others.
- **Variables**: \`\${VAR}\` in a string is replaced from the environment, \`\${VAR:-default}\` also where the
  variable is unset or empty; an unset one without default is an error. \`$\${\` stands for \`\${\`. A variable
  fills a string and never adds keys; numbers, true and false have to be written out.`;

const sections = [
  ['listen', 'listen', 'Listeners.'],
  [
    'store',
    'store',
    'Where Consumers come from. Exactly one of `file` and `redis`; in `redis` exactly one of `url`, `url_file`, `sentinel` and `cluster`.',
  ],
  [
    'identity_providers',
    'identity_providers',
    'A list. A JWT belongs to the provider of its `iss`, and is never shown to another.',
  ],
  [
    'services',
    'services',
    'A list. Envoy says which one applies, by `context_extensions.service` and `.route` of its own route. `client_credentials`, `password` and `session` need the method of that name in `auth_methods`; without the section the method has the defaults. A Route’s rules take the place of the Service’s.',
  ],
  [
    'session',
    'session',
    'Only where a Service has `session` in its `auth_methods`. A Service may differ in what its own section names.',
  ],
  [
    'upstream_jwt',
    'upstream_jwt',
    'Needed where a Service has `upstream_jwt`. The ops listener publishes the keys.',
  ],
  [
    'webhooks',
    'webhooks',
    'A list: who is told of registrations, see [webhooks.md](webhooks.md). With `store.redis` and `listen.admin` only.',
  ],
] as const;

/** docs/configuration.md: every key with type, default and meaning, from the schema. */
export function writeConfigurationReference(): string {
  const rows = listKeys(writeConfigSchema());
  const parts = sections.map(([title, key, text]) =>
    [`## ${code(title)}`, text, writeKeys(rows.filter((row) => isUnder(row, key)))].join('\n\n'),
  );
  const others = rows.filter((row) => !sections.some(([, key]) => isUnder(row, key)));
  return [
    introduction,
    ...parts,
    '## Presets',
    'Defaults of `identity_providers[].preset`. Products without an introspection endpoint are not asked about opaque tokens, unless `endpoints.introspection` names one.',
    writePresets(),
    '## Other keys',
    writeKeys(others),
    '',
  ].join('\n\n');
}

function isUnder(row: KeyRow, key: string): boolean {
  return row.key === key || row.key.startsWith(`${key}.`) || row.key.startsWith(`${key}[`);
}

function writeKeys(rows: readonly KeyRow[]): string {
  return writeTable(
    ['Key', 'Type', 'Default', 'Meaning'],
    rows.map((row) => [code(row.key), row.type, row.default, row.meaning]),
  );
}

function writePresets(): string {
  const list = (claims: readonly ClaimSetting[]) => claims.map(writeClaim).join(', ');
  return writeTable(
    ['Preset', ...claimKeys.map(code), 'Introspection'],
    Object.entries(presets).map(([name, preset]) => [
      code(name),
      list(preset.consumerClaims),
      list(preset.scopesClaims),
      list(preset.groupsClaims),
      list(preset.rolesClaims),
      preset.introspects ? 'yes' : 'none',
    ]),
  );
}

const claimKeys = ['consumer_claims', 'scopes_claims', 'groups_claims', 'roles_claims'] as const;

function writeClaim(claim: ClaimSetting): string {
  return code(typeof claim === 'string' ? claim : `[${claim.join(', ')}]`);
}
