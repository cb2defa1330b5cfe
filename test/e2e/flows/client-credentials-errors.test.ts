import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { oauthError, type Fault } from '../../support/fake-provider.ts';
import { findFreePort } from '../../support/ports.ts';
import { describeProvider } from '../../support/world-config.ts';
import { freshPair, startPairRig, type PairRig } from './pair-rig.ts';

jest.setTimeout(30_000);

let rig: PairRig;

beforeAll(async () => {
  const down = `http://127.0.0.1:${await findFreePort()}`;
  rig = await startPairRig(
    [{ name: 'auto' }, { name: 'down', identity_providers: ['down'] }],
    [describeProvider('down', down)],
  );
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

describe('errors of the token endpoint', () => {
  it.each([
    ['invalid_client', 401],
    ['invalid_client', 400],
    ['unauthorized_client', 400],
    ['unauthorized_client', 403],
    ['access_denied', 403],
  ])(
    'client credentials: %s with status %i is client_rejected, remembered',
    async (error, status) => {
      const pair = freshPair();
      rig.idp.fail(oauthError(error, status), 'token');

      const asked = await rig.askedBy(async () => {
        const { line } = await rig.bring('auto', ...pair);
        expect(line).toMatchObject({ reason: 'client_rejected', http_status: 401 });
        rig.idp.recover();
        expect((await rig.bring('auto', ...pair)).line['reason']).toBe('client_rejected');
      });

      expect(asked).toHaveLength(1);
    },
  );

  const body = (text: string): Fault => ({ kind: 'body', body: text });
  const token = '"access_token":"t","token_type":"Bearer"';

  it.each<[string, Fault]>([
    ['invalid_scope', oauthError('invalid_scope')],
    ['invalid_request', oauthError('invalid_request')],
    ['invalid_grant', oauthError('invalid_grant')],
    ['unsupported_grant_type', oauthError('unsupported_grant_type')],
    ['server_error', oauthError('server_error')],
    ['invalid_client with 500', oauthError('invalid_client', 500)],
    ['an error that is no string', { kind: 'answer', status: 400, body: '{"error":7}' }],
    ['401 without an error', { kind: 'answer', status: 401, body: '{"message":"no"}' }],
    [
      '404 in HTML',
      { kind: 'answer', status: 404, headers: { 'content-type': 'text/html' }, body: '<h1>' },
    ],
    ['200 in HTML', { kind: 'html' }],
    ['a redirect', { kind: 'redirect', location: 'http://127.0.0.1:1/' }],
    ['half an answer', { kind: 'truncated' }],
    ['an answer without access_token', body('{"token_type":"Bearer","expires_in":300}')],
    ['an access_token that is null', body('{"access_token":null,"token_type":"Bearer"}')],
    ['an access_token that is a number', body('{"access_token":7,"token_type":"Bearer"}')],
    ['an empty access_token', body('{"access_token":"","token_type":"Bearer"}')],
    ['an access_token with a line break', body('{"access_token":"a\\nb","token_type":"Bearer"}')],
    ['a token that is not a bearer token', body('{"access_token":"t","token_type":"mac"}')],
    ['a token bound to a key', body('{"access_token":"t","token_type":"DPoP"}')],
    ['no token_type', body('{"access_token":"t"}')],
    ['a list', body(`[{${token}}]`)],
    ['null', body('null')],
    ['an error beside a token', body(`{"error":"invalid_scope",${token}}`)],
    ['a token that its own introspection calls inactive', body(`{${token}}`)],
    ['too much', { kind: 'huge', bytes: 200_000 }],
    ['429', { kind: 'status', status: 429 }],
    ['503', { kind: 'status', status: 503 }],
    ['a reset', { kind: 'reset' }],
    ['nothing in time', { kind: 'hang' }],
  ])('client credentials: %s is idp_unavailable and not remembered', async (_name, fault) => {
    const pair = freshPair();
    rig.idp.script('token', fault);

    const first = await rig.bring('auto', ...pair);
    rig.idp.recover();
    const again = await rig.bring('auto', ...pair);

    expect(first.line).toMatchObject({ reason: 'idp_unavailable', http_status: 503 });
    expect(first.challenges).toEqual([]);
    expect(again.line).toMatchObject({ reason: 'allowed', cache: 'miss' });
  });

  it('client credentials: a provider that is down is idp_unavailable, each time anew', async () => {
    const pair = freshPair();

    const outcomes = [await rig.bring('down', ...pair), await rig.bring('down', ...pair)];

    for (const { status, line, headers } of outcomes) {
      expect({ status, reason: line['reason'] }).toEqual({
        status: 503,
        reason: 'idp_unavailable',
      });
      expect(headers['retry-after']).toBe('1');
    }
  });

  it.each([
    ['a number', 'hit', 300],
    ['a string', 'hit', '300'],
    ['negative', 'miss', -5],
    ['zero', 'miss', 0],
    ['no number', 'hit', 'soon'],
    ['absent', 'hit', undefined],
  ])(
    'client credentials: with expires_in that is %s the token passes, then it is a %s',
    async (_name, cache, value) => {
      const pair = freshPair();
      rig.idp.token.fields = { expires_in: value };

      const outcomes = [await rig.bring('auto', ...pair), await rig.bring('auto', ...pair)];
      rig.idp.token.fields = {};

      expect(outcomes.map(({ line }) => [line['reason'], line['cache']])).toEqual([
        ['allowed', 'miss'],
        ['allowed', cache],
      ]);
    },
  );

  it('client credentials: a token of which no end is known serves one request and is not kept', async () => {
    const pair = freshPair();
    rig.idp.token.fields = { expires_in: undefined };
    rig.idp.token.claims = { app: 'app', exp: undefined };

    const outcomes = [await rig.bring('auto', ...pair), await rig.bring('auto', ...pair)];

    expect(outcomes.map(({ line }) => [line['reason'], line['cache']])).toEqual([
      ['allowed', 'miss'],
      ['allowed', 'miss'],
    ]);
  });
});
