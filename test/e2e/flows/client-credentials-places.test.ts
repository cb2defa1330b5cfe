import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { HttpCall } from '../../support/http-caller.ts';
import { freshPair, startPairRig, type PairRig } from './pair-rig.ts';
import { basic, wasShown } from './stage.ts';

jest.setTimeout(30_000);

let rig: PairRig;

beforeAll(async () => {
  const from = (...places: string[]) => ({ client_credentials: { param_type: places } });
  rig = await startPairRig([
    { name: 'header' },
    { name: 'query', ...from('query') },
    { name: 'body', ...from('body'), hide_credentials: false },
    { name: 'everywhere', ...from('header', 'query', 'body'), hide_credentials: false },
  ]);
});

beforeEach(() => {
  const { idp } = rig;
  idp.token.clients.clear();
  idp.token.basicDecoding = 'form';
  idp.token.fields = {};
  idp.token.claims = { app: 'app' };
  idp.recover();
});

afterAll(() => rig.stop());

describe('the pair as arguments', () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const json = { 'content-type': 'application/json' };

  function inQuery(service: string, id: string, secret: string): HttpCall {
    return { path: `/${service}/?a=1&client_id=${id}&client_secret=${secret}&b=2` };
  }

  function inForm(service: string, id: string, secret: string): HttpCall {
    const body = `a=1&client_id=${id}&client_secret=${secret}`;
    return { path: `/${service}/`, method: 'POST', headers: form, body };
  }

  function inJson(service: string, id: string, secret: string): HttpCall {
    const body = JSON.stringify({ a: 1, client_id: id, client_secret: secret });
    return { path: `/${service}/`, method: 'POST', headers: json, body };
  }

  it.each([
    ['in the query', 'query', inQuery],
    ['in the query', 'everywhere', inQuery],
    ['in a form', 'body', inForm],
    ['in a form', 'everywhere', inForm],
    ['in JSON', 'body', inJson],
    ['in JSON', 'everywhere', inJson],
  ] as const)(
    'client credentials: client_id and client_secret %s pass at %s',
    async (_name, service, call) => {
      const [id, secret] = freshPair();
      rig.idp.token.clients.set(id, secret);

      const { status, line } = await rig.world.call(call(service, id, secret));

      expect(status).toBe(200);
      expect(line).toMatchObject({ auth_method: 'client_credentials' });
    },
  );

  it.each([
    ['in the query', 'header', inQuery],
    ['in the query', 'body', inQuery],
    ['in a form', 'header', inForm],
    ['in a form', 'query', inForm],
    ['in JSON', 'header', inJson],
  ] as const)(
    'client credentials: client_id and client_secret %s are no credential at %s',
    async (_name, service, call) => {
      const [id, secret] = freshPair();

      const { line } = await rig.world.call(call(service, id, secret));

      expect(line['reason']).toBe('credential_missing');
      expect(wasShown(rig.idp, secret)).toBe(false);
    },
  );

  it('client credentials: both arguments are taken out of the query and the others stay', async () => {
    const { upstreamSaw } = await rig.world.call(inQuery('query', ...freshPair()));

    expect(upstreamSaw?.path).toBe('/query/?a=1&b=2');
  });

  it('client credentials: a client_id alone is the business of the application', async () => {
    const { line } = await rig.world.call({ path: '/query/?client_id=mine' });

    expect(line['reason']).toBe('credential_missing');
  });

  it.each([
    ['a secret without an id', '/query/?client_secret=x', {}, 'credential_malformed'],
    [
      'a secret twice',
      '/query/?client_id=a&client_secret=x&client_secret=y',
      {},
      'credential_ambiguous',
    ],
    [
      'one in the header and one in the query',
      '/everywhere/?client_id=a&client_secret=x',
      basic('a', 'x'),
      'credential_ambiguous',
    ],
  ])('client credentials: %s is refused', async (_name, path, headers, reason) => {
    const { status, line } = await rig.world.call({ path, headers });

    expect({ status, reason: line['reason'] }).toEqual({ status: 400, reason });
  });
});
