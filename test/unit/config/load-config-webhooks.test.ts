import { describe, expect, it } from '@jest/globals';
import { printConfig } from '../../../src/config/print-config.ts';
import { registrationEventTypes } from '../../../src/registry/registration-event.ts';
import { loadGood, problemsOf, readMarks, warningsOf, write, type Parts } from './load.ts';
import { testRows, type Row } from './problem-rows.ts';

const secret = `whsec_${Buffer.alloc(32, 's').toString('base64')}`;
const redis: Parts = { store: 'redis: { url: "redis://127.0.0.1" }' };

/** A file with one webhook of these fields, and what it needs. */
function top(fields: string, listen = '{ admin: { address: "unix:/a" } }'): string {
  return `listen: ${listen}\nwebhooks: [{ ${fields} }]`;
}

function row(fields: string, path: string, message: string): Row {
  return ['top', top(fields), `webhooks[0].${path}`, message, redis];
}

const good = `name: portal, url: "https://portal.example/hook?x=1", secrets: ["${secret}"]`;
const url = 'expected an http:// or https:// URL without user and fragment';
const scheme = 'expected https://; http:// needs a loopback host or allow_insecure: true';
const form = 'expected whsec_ and base64 of 24 to 64 bytes';
const files = { '/etc/postern/hook': `${secret}\n` };

function webhooksOf(fields: string) {
  return loadGood(write({ ...redis, top: top(fields) }), { files }).config.webhooks;
}

function warningsAbout(text: string): readonly string[] {
  return warningsOf(text).filter((line) => line.includes('webhooks'));
}

describe('loadConfig reads webhooks', () => {
  it('with all that is not said filled in', () => {
    const [webhook] = webhooksOf(good);

    expect(webhook).toMatchObject({
      name: 'portal',
      url: 'https://portal.example/hook?x=1',
      events: registrationEventTypes,
      timeoutMs: 5000,
      attempts: 10,
      ca: null,
    });
    expect(webhook!.secrets.map((one) => one.reveal())).toEqual([secret]);
  });

  it('whose secrets are in files or the environment', () => {
    const fields = 'name: a, url: "https://a", secret_files: [hook, hook]';
    const text = write({ ...redis, top: top('name: a, url: "https://a", secrets: ["${HOOK}"]') });
    const { config } = loadGood(text, { env: { HOOK: secret } });

    expect(webhooksOf(fields)[0]!.secrets.map((one) => one.reveal())).toEqual([secret, secret]);
    expect(config.webhooks[0]!.secrets[0]!.reveal()).toBe(secret);
  });

  it('and prints their secrets covered', () => {
    const { settings } = loadGood(write({ ...redis, top: top(good) }));

    expect(printConfig(settings)).toContain('- "********"');
    expect(printConfig(settings)).not.toContain(secret);
  });

  it.each(['http://localhost:1/a', 'http://127.0.0.1/a', 'http://[::1]/a'])(
    'to this machine in clear text: %s',
    (there) => {
      const fields = `name: a, url: "${there}", secrets: ["${secret}"]`;

      expect(webhooksOf(fields)[0]!.url).toBe(there);
      expect(warningsAbout(write({ ...redis, top: top(fields) }))).toEqual([]);
    },
  );

  it('and warns of clear text beyond this machine', () => {
    const fields = `name: a, url: ^"http://a", secrets: ["${secret}"], allow_insecure: true`;
    const { text, places } = readMarks(write({ ...redis, top: top(fields) }));

    expect(warningsAbout(text)).toEqual([
      `p.yaml:${places[0]!}: webhooks[0].url: who may use what goes over the network in clear text`,
    ]);
  });
});

describe('loadConfig refuses of webhooks', () => {
  testRows([
    row(`name: a, url: ^"ftp://a", secrets: ["${secret}"]`, 'url', url),
    row(`name: a, url: ^"https://u:p@a", secrets: ["${secret}"]`, 'url', url),
    row(`name: a, url: ^"https://a#b", secrets: ["${secret}"]`, 'url', url),
    row(`name: a, url: ^"http://a", secrets: ["${secret}"]`, 'url', scheme),
    row('name: a, url: "https://a", secrets: ^[]', 'secrets', 'expected secrets or secret_files'),
    row(
      `name: a, url: "https://a", secret_files: [word], secrets: ^["${secret}"]`,
      'secrets',
      'expected secrets or secret_files',
    ),
    row('name: a, url: "https://a", secrets: [^"hunter2"]', 'secrets[0]', form),
    row('name: a, url: "https://a", secrets: [^"whsec_AAAA"]', 'secrets[0]', form),
    row('name: a, url: "https://a", secret_files: [^word]', 'secret_files[0]', form),
    row(
      'name: a, url: "https://a", secret_files: [^gone]',
      'secret_files[0]',
      'the file cannot be read (ENOENT)',
    ),
    row(`${good}, ca_file: ^word`, 'ca_file', 'expected certificates as PEM'),
    row(
      `${good}, events: [registration.requested, ^registration.requested]`,
      'events[1]',
      'stands in the list twice',
    ),
    row(`${good}, timeout: ^31s`, 'timeout', 'expected a duration from 100ms to 30s'),
    [
      'top',
      `listen: { admin: { address: "unix:/a" } }\nwebhooks: [{ ${good} }, { name: ^portal, url: "https://b", secrets: ["${secret}"] }]`,
      'webhooks[1].name',
      'webhooks[0] has the same name',
      redis,
    ],
    [
      'top',
      `webhooks: ^[{ ${good} }]`,
      'webhooks',
      'webhooks need listen.admin: the process of the Admin API delivers them',
      redis,
    ],
    [
      'top',
      `listen: { admin: { address: "unix:/a" } }\nwebhooks: ^[{ ${good} }]`,
      'webhooks',
      'webhooks need store.redis, where their deliveries are kept',
    ],
  ]);

  it.each(['events: []', 'attempts: 0', 'attempts: 21', 'more: 1'])('%s', (fields) => {
    expect(problemsOf(write({ ...redis, top: top(`${good}, ${fields}`) }))).toHaveLength(1);
  });
});
