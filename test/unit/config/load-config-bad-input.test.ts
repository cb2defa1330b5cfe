import { describe, expect, it } from '@jest/globals';
import { fc } from '../../support/properties.ts';
import { load, problemsOf, write } from './load.ts';

describe('loadConfig on bad input', () => {
  it.each([
    ['nothing', ''],
    ['a comment', '# postern\n'],
    ['a word', 'postern'],
    ['a list', '- listen'],
    [
      'sections of a wrong type',
      'listen: 1\nstore: []\nidentity_providers: {}\nservices: x\nlog: null\nsession: []\nupstream_jwt: 1\n',
    ],
    [
      'sections of a Service of a wrong type',
      'services: [{ session: 1, password: [], client_credentials: x, upstream_headers: [a], upstream_jwt: 2, auth_methods: {} }]\n',
    ],
    ['items of a wrong type', 'identity_providers: [1, null, [a]]\nservices: [x, {}]\n'],
    ['bytes', '\u0000\u0001\ufffd'],
    ['a long line', 'x'.repeat(500_000)],
    ['deep nesting', '{a: '.repeat(5000)],
    ['many items', `services: [${'a,'.repeat(20_000)}]`],
    ['an alias for everything', 'services: &s [*s]'],
  ])('gives problems for %s', (_, text) => {
    const loaded = load(text);
    expect(loaded.ok).toBe(false);
    expect(loaded.ok ? [] : loaded.stop).not.toHaveLength(0);
  });

  it('draws no conclusions from a misspelt method', () => {
    const text = write({
      service: 'auth_methods: [client_credential, session], client_credentials: {}, session: {}',
    });

    expect(problemsOf(text)).toEqual([expect.stringContaining('auth_methods[0]')]);
  });

  it('tells what belongs to different steps at once', () => {
    const text = write({
      top: 'polcy: 1',
      provider: 'leeway: 5, discovery_url: "${NONE}", client: { id: a, secret_file: gone }',
      service: 'identity_provider: x, routes: [{ name: a }, { name: a }]',
    });
    expect(problemsOf(text).map((line) => line.split(':')[3]!.trim())).toEqual([
      'polcy',
      'identity_providers[0].leeway',
      'identity_providers[0].discovery_url',
      'identity_providers[0].client.secret_file',
      'services[0].identity_provider',
      'services[0].routes[1].name',
    ]);
  });

  it('never shows a secret in a problem', () => {
    const secret = 'hunter2';
    const text = write({
      top: `log: ${secret}`,
      store: `redis: { url: "redis://:${secret}@a/b", password: [${secret}], tls: ${secret} }`,
      provider: `client: { id: [x], secret: { a: ${secret} } }, leeway: ${secret}`,
      service: 'anonymous: ["${S}"], registration: "${S}", auth_methods: ["${S}"]',
    });
    const problems = problemsOf(text, { env: { S: secret } });
    expect(problems.length).toBeGreaterThan(8);
    expect(problems.join('\n')).not.toContain(secret);
  });

  it('never throws, whatever stands where', () => {
    const place = fc.constantFrom('top', 'store', 'provider', 'service');
    const words = fc.constantFrom(
      ...[
        'a',
        '1',
        'null',
        '[',
        ']',
        '{',
        '}',
        ': ',
        ', ',
        '- ',
        '"',
        '&a ',
        '*a',
        '!',
        '\n',
        '#',
        '${A}',
        '<<',
        '? ',
      ],
      ...[
        'redis',
        'file',
        'client',
        'acl',
        'routes',
        'hosts',
        'endpoints',
        'secret_file',
        'issuer',
        'name',
        'session',
        'upstream_jwt',
        'upstream_headers',
        'auth_methods',
        'client_credentials',
        'keys_files',
        'claims_required',
      ],
    );
    fc.assert(
      fc.property(place, fc.string({ unit: words, maxLength: 12 }), (part, fragment) => {
        const loaded = load(write({ [part]: fragment }));
        expect(loaded.ok || loaded.stop.length > 0).toBe(true);
      }),
    );
  });
});
