import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { writeConfigSchema } from '../../../src/config/config-schema.ts';
import { printConfig } from '../../../src/config/print-config.ts';
import { secretMask } from '../../../src/config/schema/scalars.ts';
import { loadGood, readFixture, write } from './load.ts';

const env = { OKTA_SECRET: 'hunter2' };
const files = { '/etc/postern/s': 'hunter2' };

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
    'text that looks like a variable',
    write({ service: 'messages: { forbidden: "$${A} $$${B}" }' }),
  ],
] as const;

describe('printConfig', () => {
  it.each(samples)('shows no secret of %s', (_, text) => {
    const { settings } = loadGood(text, { env, files });
    expect(printConfig(settings)).not.toContain('hunter2');
  });

  it.each(samples)('prints %s as a file that says the same', (_, text) => {
    const loaded = loadGood(text, { env, files });
    const printed = printConfig(loaded.settings);
    const again = loadGood(printed, { files });
    expect(JSON.stringify(again.config)).toBe(JSON.stringify(loaded.config));
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
      provider: 'client: { id: a, secret: hunter2 }',
    });
    expect(parse(printConfig(loadGood(text).settings))).toMatchObject({
      store: { redis: { url: `rediss://u:${secretMask}@a:1/2` } },
      identity_providers: [{ client: { id: 'a', secret: secretMask } }],
    });
  });
});

describe('writeConfigSchema', () => {
  const validate = new Ajv2020({ strict: false }).compile(writeConfigSchema());

  it.each(samples)('accepts %s', (_, text) => {
    expect(validate(parse(text)) || validate.errors).toBe(true);
  });

  it.each(samples)('accepts what is printed of %s', (_, text) => {
    const printed = printConfig(loadGood(text, { env, files }).settings);
    expect(validate(parse(printed)) || validate.errors).toBe(true);
  });

  it.each([
    ['an unknown key', { top: 'polcy: 1' }],
    ['a wrong type', { top: 'drain_delay: 5' }],
    ['a duration without a unit', { provider: 'leeway: "5"' }],
    ['a key of a later version', { top: 'listen: { admin: {} }' }],
  ])('refuses %s', (_, parts) => {
    expect(validate(parse(write(parts)))).toBe(false);
  });
});
