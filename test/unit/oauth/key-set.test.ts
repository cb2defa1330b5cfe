import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../src/lib/clock.ts';
import { HttpFault, type HttpClient } from '../../../src/oauth/http-client.ts';
import { KeySet } from '../../../src/oauth/key-set.ts';
import { ProviderMetadata } from '../../../src/oauth/provider-metadata.ts';
import type { ProviderOptions } from '../../../src/oauth/provider-options.ts';
import { optionsOf, recordReport, type ReportedEvent } from '../../integration/oauth/setup.ts';

const issuer = 'https://idp.example';
const metadataUrl = `${issuer}/.well-known/openid-configuration`;
const ownUrl = `${issuer}/jwks`;
const extraUrl = 'https://keys.example/set';
const fine = () => new Response('{"keys":[]}');
const metadataWith = (members: object) => () =>
  new Response(JSON.stringify({ issuer, ...members }));

type Pages = Readonly<Record<string, () => Response>>;

async function refetch(pages: Pages, more: Partial<ProviderOptions> = {}) {
  const send: HttpClient['send'] = async (_operation, url) => {
    await Promise.resolve();
    return pages[url]?.() ?? new Response(null, { status: 404 });
  };
  const deps = { http: { send, close: () => Promise.resolve() }, clock: systemClock };
  const options = optionsOf(issuer, more);
  const events: ReportedEvent[] = [];
  const metadata = new ProviderMetadata(options, deps, null);
  const keys = new KeySet(options, { ...deps, metadata, report: recordReport(events) }, null);
  await keys.refetch();
  return { trouble: keys.trouble, events };
}

describe('keys that cannot be had', () => {
  const known = { [metadataUrl]: metadataWith({ jwks_uri: ownUrl }) };
  const dead = () => {
    throw new HttpFault('connection', 'ECONNREFUSED');
  };

  it.each<[string, Pages, Partial<ProviderOptions>, string]>([
    ['a dead port', { ...known, [ownUrl]: dead }, {}, `${ownUrl}: connection (ECONNREFUSED)`],
    ['no page', known, {}, `${ownUrl} answered 404`],
    [
      'another document',
      { ...known, [ownUrl]: metadataWith({}) },
      {},
      `${ownUrl} has no list of keys`,
    ],
    ['no jwks_uri', { [metadataUrl]: metadataWith({}) }, {}, 'the provider has no usable jwks_uri'],
    [
      'no metadata',
      { [metadataUrl]: dead },
      {},
      `discovery failed: ${metadataUrl}: connection (ECONNREFUSED)`,
    ],
    [
      'one set of two',
      { ...known, [ownUrl]: fine },
      { extraJwksUris: [extraUrl] },
      `${extraUrl} answered 404`,
    ],
  ])('tell why, and report it once: %s', async (_name, pages, more, trouble) => {
    const done = await refetch(pages, more);

    expect(done).toEqual({
      trouble,
      events: [{ provider: 'idp', outcome: 'failure', detail: trouble }],
    });
  });

  it('are told from keys that were had', async () => {
    expect(await refetch({ ...known, [ownUrl]: fine })).toEqual({
      trouble: null,
      events: [{ provider: 'idp', outcome: 'success' }],
    });
  });
});
