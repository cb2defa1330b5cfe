import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { reasonTable } from '../../../src/authz/reason-table.ts';
import { writeConfigSchema } from '../../../src/config/config-schema.ts';
import { writeConfigurationReference } from '../../../src/config/reference/configuration-reference.ts';
import { writeDenialsReference } from '../../../src/config/reference/denials-reference.ts';
import { listKeys } from '../../../src/config/reference/list-keys.ts';

function readDocument(name: string): string {
  return readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');
}

describe('listKeys', () => {
  const rows = listKeys(writeConfigSchema());

  it('has a meaning for every key', () => {
    expect(rows.filter(({ meaning, type }) => meaning === '' || type === '')).toEqual([]);
    expect(rows.length).toBeGreaterThan(80);
  });

  it.each([
    ['listen.grpc.address', 'host:port or unix:/path', '`127.0.0.1:9001`'],
    ['listen.admin.tokens', 'list of secret or { name, role, token }', '`[]`'],
    ['listen.admin.tokens[].role', '`admin`, `approver`, `read`, `requester`', 'required'],
    ['identity_providers[].name', 'name', 'required'],
    ['identity_providers[].leeway', 'duration', '`5s`'],
    ['identity_providers[].client.secret', 'secret', ''],
    [
      'services[].auth_methods',
      'list of `bearer`, `introspection`, `client_credentials`, `password`, `session`',
      '`[bearer, introspection]`',
    ],
    ['session.keys', 'list of secret', '`[]`'],
    ['session.logout.path', 'URL path', 'required'],
    ['services[].claims_required', 'list of claim or { claim, values }', '`[]`'],
    ['services[].upstream_headers', 'mapping of claim', '`{}`'],
    ['identity_providers[].introspection_headers', 'mapping of secret', '`{}`'],
    ['services[].password.audience', 'string or list of string or null', '`null`'],
    ['services[].routes[].acl.allow', 'list of string', ''],
    ['services[].anonymous', 'string or null', '`null`'],
    ['log.sample_allows', 'number, 0 to 1', '`0.1`'],
  ])('tells type and default of %s', (key, type, value) => {
    expect(rows.find((row) => row.key === key)).toMatchObject({ type, default: value });
  });
});

describe('the written documents', () => {
  it('have a row for every key', () => {
    const text = writeConfigurationReference();
    const missing = listKeys(writeConfigSchema()).filter(
      ({ key }) => !text.includes(`| \`${key}\` |`),
    );
    expect(missing).toEqual([]);
  });

  it.each(['allowed', 'route_open', 'preflight', ...Object.keys(reasonTable)])(
    'have a row for the reason %s',
    (reason) => {
      expect(writeDenialsReference()).toMatch(new RegExp(`^\\| \\[?\`${reason}\``, 'm'));
    },
  );

  it('hold every key and reason where readers find them', () => {
    const configuration = readDocument('configuration.md');
    for (const { key } of listKeys(writeConfigSchema()))
      expect(configuration).toContain(`\`${key}\``);
    const denials = readDocument('denials.md');
    for (const { remedy } of Object.values(reasonTable)) expect(denials).toContain(remedy);
    expect(JSON.parse(readDocument('configuration.schema.json'))).toEqual(
      JSON.parse(JSON.stringify(writeConfigSchema())),
    );
  });
});
