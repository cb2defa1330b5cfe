import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { writeConfigSchema } from '../../../src/config/config-schema.ts';
import { compilePolicies } from '../../../src/config/compile-policies.ts';
import { printConfig } from '../../../src/config/print-config.ts';
import { secretMask } from '../../../src/config/schema/scalars.ts';
import { writePrivateKey } from './keys.ts';
import { loadGood, readFixture, surroundings, write } from './load.ts';

const files = {
  ...surroundings.files,
  '/etc/postern/s': 'hunter2',
  '/etc/postern/k': 'hunter2'.repeat(5),
};
const options = { ...surroundings, files };
const key = 'hunter2'.repeat(5);

const samples = [
  ['the least', readFixture('minimal.yaml')],
  ['the documented file', readFixture('full.yaml')],
  [
    'Redis with every kind of secret',
    write({
      store:
        'redis: { sentinel: { name: m, nodes: ["a:1"], password: hunter2 }, password: hunter2 }',
      provider: 'client: { id: a, secret_file: s }',
    }),
  ],
  ['a URL with a password', write({ store: 'redis: { url: "rediss://u:hunter2@a:1/2" }' })],
  [
    'sessions, and a key that replicas share',
    write({
      top: `session: { keys: [${key}, ${key}] }\nshared_key: ${key}`,
      service: 'auth_methods: [bearer, session]',
    }),
  ],
  [
    'keys in files',
    write({
      top: 'session: { keys_files: [k, k] }\nshared_key_file: k\nupstream_jwt: { issuer: a, key_files: [upstream-jwt.pem] }',
      provider:
        'client: { id: a, auth_method: private_key_jwt, private_key_file: upstream-jwt.pem, key_id: b }',
      service: 'auth_methods: [password, session], session: { opened_by: [password] }',
    }),
  ],
  [
    'a provider behind a proxy, and headers of a call',
    write({
      provider:
        'https_proxy: "http://u:hunter2@proxy:3128", http_proxy: "http://hunter2@proxy", introspection_headers: { authorization: Bearer hunter2 }, introspection_args: { key: hunter2 }',
    }),
  ],
  [
    'rules about claims',
    write({
      service:
        'claims_required: [a, { claim: [b, c], values: [x, 1, true] }], upstream_headers: { x-a: [b, c] }, routes: [{ name: r, claims_forbidden: [d] }]',
    }),
  ],
  [
    'text that looks like a variable',
    write({ service: 'messages: { forbidden: "$${A} $$${B}" }' }),
  ],
] as const;

describe('printConfig', () => {
  it.each(samples)('shows no secret of %s', (_, text) => {
    const { settings } = loadGood(text, options);
    expect(printConfig(settings)).not.toContain('hunter2');
  });

  it.each(samples)('prints %s as a file that says the same', (_, text) => {
    const loaded = loadGood(text, options);
    const printed = printConfig(loaded.settings);
    const again = loadGood(printed, options);
    expect(JSON.stringify(again.config)).toBe(JSON.stringify(loaded.config));
    expect(compilePolicies(again.config)).toEqual(compilePolicies(loaded.config));
    expect(printConfig(again.settings)).toBe(printed);
  });

  it('writes the names, durations and sizes of the file, defaults and presets included', () => {
    const { settings } = loadGood(readFixture('minimal.yaml'));
    expect(parse(printConfig(settings))).toMatchObject({
      listen: { grpc: { max_message_size: '4MiB', keepalive: { time: '30s' } } },
      identity_providers: [{ consumer_claims: ['client_id'], cache: { max_ttl: '5m' } }],
      drain_delay: '1s',
    });
  });

  it('covers secrets and leaves the rest of a URL', () => {
    const text = write({
      store: 'redis: { url: "rediss://u:hunter2@a:1/2" }',
      provider:
        'client: { id: a, secret: hunter2 }, https_proxy: "http://u:hunter2@proxy:3128", introspection_headers: { x-key: hunter2 }',
    });
    expect(parse(printConfig(loadGood(text).settings))).toMatchObject({
      store: { redis: { url: `rediss://u:${secretMask}@a:1/2` } },
      identity_providers: [
        {
          client: { id: 'a', secret: secretMask },
          https_proxy: `http://${secretMask}@proxy:3128`,
          introspection_headers: { 'x-key': secretMask },
        },
      ],
    });
  });
});

describe('printConfig of what methods leave to defaults', () => {
  it('names the provider of a grant, and the sessions that the file does not speak of', () => {
    const text = write({ service: 'auth_methods: [bearer, client_credentials, session]' });
    expect(parse(printConfig(loadGood(text).settings))).toMatchObject({
      session: { cookie_name: 'postern_session', idle_timeout: '15m', keys: [] },
      services: [{ client_credentials: { identity_provider: 'main', param_type: ['header'] } }],
    });
  });

  it('covers a private key, which then is none that could be loaded', () => {
    const jwk = writePrivateKey('jwk');
    const text = write({ top: `upstream_jwt: { issuer: a, keys: ['${jwk}'] }` });
    expect(parse(printConfig(loadGood(text).settings))).toMatchObject({
      upstream_jwt: { keys: [secretMask] },
    });
  });
});

describe('writeConfigSchema', () => {
  const validate = new Ajv2020({ strict: false }).compile(writeConfigSchema());

  it.each(samples)('accepts %s', (_, text) => {
    expect(validate(parse(text)) || validate.errors).toBe(true);
  });

  it.each(samples)('accepts what is printed of %s', (_, text) => {
    const printed = printConfig(loadGood(text, options).settings);
    expect(validate(parse(printed)) || validate.errors).toBe(true);
  });

  it.each([
    ['an unknown key', { top: 'polcy: 1' }],
    ['a wrong type', { top: 'drain_delay: 5' }],
    ['a duration without a unit', { provider: 'leeway: "5"' }],
    [
      'a token without a role',
      { top: 'listen: { admin: { tokens: [{ name: a, token: b-b-b-b-b-b-b-b-b }] } }' },
    ],
  ])('refuses %s', (_, parts) => {
    expect(validate(parse(write(parts)))).toBe(false);
  });
});
