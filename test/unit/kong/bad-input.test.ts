import { describe, expect, it } from '@jest/globals';
import { fc } from '../../support/properties.ts';
import { importKong } from '../../../src/kong/import-kong.ts';
import { isStopped } from '../../../src/kong/ledger.ts';
import { translate, withOidc, type Loose } from './translate.ts';

function read(text: string) {
  const kong = { name: 'kong.yaml', text };
  return importKong({ kong, portal: null, acceptLoss: [], kongVersion: null });
}

function problemsOf(text: string): readonly string[] {
  const imported = read(text);
  return imported.ok
    ? []
    : imported.stop.map(({ line, path, message }) => `${String(line)} ${path}: ${message}`);
}

const start = '_format_version: "3.0"\n';

describe('a file that cannot be read', () => {
  it.each<[string, string, RegExp]>([
    ['empty', '', /mapping/],
    ['no YAML', 'a: [', /1 .*not valid YAML/],
    ['binary', 'a\u0000b', /control character/],
    ['a list', '- 1', /mapping/],
    ['two documents', `${start}---\n${start}`, /one document/],
    ['a loop of aliases', `${start}a: &a [*a]`, /no value before this has that anchor/],
    ['a bomb of aliases', bomb(), /repeat too many/],
    ['a deep nesting', `${start}a: ${'['.repeat(200)}${']'.repeat(200)}`, /deep/],
    ['no version', 'services: []', /_format_version/],
    ['a version that there is not', '_format_version: "9.9"', /1.1, 2.1, 3.0/],
    ['services that are none', `${start}services: {}`, /2 services: expected/],
    ['a service that is none', `${start}services: [1]`, /services\[0\]: expected/],
    ['a name that is a number', `${start}services: [{ name: 1 }]`, /services\[0\]\.name: expected/],
    ['a plugin without a name', `${start}plugins: [{ config: {} }]`, /plugins\[0\]\.name/],
    ['a config that is a list', `${start}plugins: [{ name: acl, config: [] }]`, /config: expected/],
    [
      'a group that is a number',
      `${start}consumers: [{ acls: [{ group: 1 }] }]`,
      /group: expected/,
    ],
    ['headers without lists', `${start}routes: [{ headers: { a: b } }]`, /headers/],
    ['a key twice', `${start}services: []\nservices: []`, /3 services: duplicate/],
    ['a key that would be a prototype', `${start}__proto__: {}`, /unknown key/],
    ['something huge', `# ${'x'.repeat(64 * 1024 * 1024)}`, /at most/],
  ])('%s', (_name, text, message) => {
    expect(problemsOf(text).join('\n')).toMatch(message);
  });

  function bomb(): string {
    const lines = ['l0: &l0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 8; level += 1) {
      const items = Array.from({ length: 10 }, () => `*l${String(level - 1)}`);
      lines.push(`l${String(level)}: &l${String(level)} [${items.join(', ')}]`);
    }
    return `${start}${lines.join('\n')}`;
  }

  it('takes a version without quotes', () => {
    expect(read('_format_version: 3.0')).toMatchObject({ ok: true });
  });

  it('without openid-connect there is nothing to write', () => {
    const imported = read(start);

    expect(imported.ok && imported.value.report.refused.map(({ name }) => name)).toEqual([
      'openid-connect',
    ]);
  });

  it('never throws, and never writes what it has refused', () => {
    const value = fc.oneof(
      fc.constantFrom<unknown>(null, true, 0, -1, 1.5, '', 'x', [], {}, ['x'], [1], [['x']]),
      fc.jsonValue({ maxDepth: 3 }),
    );
    const key = fc.constantFrom(
      ...['issuer', 'auth_methods', 'client_id', 'client_auth', 'client_jwk', 'consumer_claim'],
      ...['consumer_claims', 'scopes', 'cache_ttl', 'session_secret', 'upstream_headers'],
      ...['issuers_allowed', 'proof_of_possession_dpop', 'anonymous', 'leeway', 'principals'],
      ...['audience', 'audience_claim', 'no_proxy', 'token_post_args_names', 'domains'],
    );
    fc.assert(
      fc.property(fc.dictionary(key, value, { maxKeys: 5 }), (config) => {
        const imported = read(JSON.stringify(withOidc(config)));
        // A template that cannot be filled in is a problem of the file, told with its path.
        if (!imported.ok) {
          expect(imported.stop).not.toEqual([]);
          return;
        }
        const { report, stopped, files } = imported.value;

        expect(stopped).toBe(isStopped(report));
        expect(files.length === 0).toBe(stopped);
      }),
      { numRuns: 150 },
    );
  });
});

it('a large file is translated', () => {
  const count = 5000;
  const indices = Array.from({ length: count }, (_, index) => index);
  const file: Loose = withOidc(
    {},
    {
      consumers: indices.map((index) => ({
        username: `c${String(index)}`,
        acls: [{ group: 'g' }],
      })),
      file: {
        routes: indices.slice(0, 500).map((index) => ({
          name: `r${String(index)}`,
          paths: [`/${String(index)}/x`],
          service: 'orders',
        })),
        acls: indices.map((index) => ({ consumer: `c${String(index)}`, group: 'h' })),
      },
    },
  );

  const { consumers, envoy } = translate(JSON.stringify(file));

  expect(consumers.consumers).toHaveLength(count);
  expect(consumers.consumers[count - 1].acls).toEqual([{ group: 'g' }, { group: 'h' }]);
  expect(envoy.virtual_hosts.find((host: Loose) => host.domains[0] === '*').routes).toHaveLength(
    500,
  );
});
