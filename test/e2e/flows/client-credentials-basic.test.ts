import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '../../support/world.ts';
import { freshPair, startPairRig, type PairRig } from './pair-rig.ts';
import { wasShown } from './stage.ts';

jest.setTimeout(30_000);

let rig: PairRig;

beforeAll(async () => {
  rig = await startPairRig([
    { name: 'auto' },
    { name: 'raw', client_credentials: { basic_decoding: 'raw' } },
    { name: 'form', client_credentials: { basic_decoding: 'form' } },
    { name: 'posting', client_credentials: { client_auth_method: 'client_secret_post' } },
    {
      name: 'asking',
      client_credentials: {
        scopes: ['orders.read', 'orders.write'],
        audience: ['api://orders', 'api://stock'],
        resource: 'urn:orders',
        args: { tenant: 'acme' },
      },
    },
    { name: 'forgetful', identity_providers: ['forgetful'] },
    {
      name: 'two',
      identity_providers: ['other', 'idp'],
      auth_methods: ['bearer', 'client_credentials'],
      client_credentials: { identity_provider: 'idp' },
    },
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

describe('the pair in a Basic header', () => {
  it.each([
    ['plain', 'auto', 'form', 'plain-secret_1.~'],
    ['with a colon', 'auto', 'form', 'one:two:three'],
    ['in Unicode', 'auto', 'form', 'größe-密碼'],
    ['with a blank', 'auto', 'form', 'two words'],
    ['with +, as it stands', 'auto', 'form', 'one+two'],
    ['with %41, as it stands', 'auto', 'form', 'one%41two'],
    ['with a broken escape', 'auto', 'form', '100%zz'],
    ['plain, at a provider that does not decode', 'auto', 'raw', 'plain-secret_1.~'],
    ['with +, raw', 'raw', 'form', 'one+two'],
    ['with %41, raw', 'raw', 'form', 'one%41two'],
  ])(
    'client credentials: a secret %s is shown as it is (%s)',
    async (_name, service, decoding, secret) => {
      const [id] = freshPair();
      rig.idp.token.basicDecoding = decoding as 'form' | 'raw';
      rig.idp.token.clients.set(id, secret);

      const asked = await rig.askedBy(async () => {
        const { line } = await rig.bring(service, id, secret);
        expect(line['reason']).toBe('allowed');
      });

      expect(asked.map(({ credentials }) => credentials.secret)).toEqual([secret]);
    },
  );

  it.each([
    ['auto', 'one%2Btwo', 'one+two', ['one%2Btwo', 'one+two']],
    ['auto', 'one+two%3A', 'one two:', ['one+two%3A', 'one two:']],
    ['form', 'one%2Btwo', 'one+two', ['one+two']],
    ['form', 'gr%C3%B6%C3%9Fe', 'größe', ['größe']],
  ])(
    'client credentials: basic_decoding %s finds out that %s means %s',
    async (service, sent, secret, tried) => {
      const [id] = freshPair();
      rig.idp.token.clients.set(id, secret);

      const asked = await rig.askedBy(async () => {
        const outcomes = [await rig.bring(service, id, sent), await rig.bring(service, id, sent)];
        expect(outcomes.map(({ line }) => line['reason'])).toEqual(['allowed', 'allowed']);
        expect(outcomes.map(({ line }) => line['cache'])).toEqual(['miss', 'hit']);
      });

      expect(asked.map(({ credentials }) => credentials.secret)).toEqual(tried);
    },
  );

  it('client credentials: a pair of two readings that are both wrong makes two calls and one negative entry', async () => {
    rig.idp.token.clients.set('nobody', 'else');
    const [id] = freshPair();

    const asked = await rig.askedBy(async () => {
      const outcomes = [await rig.bring('auto', id, 'a%41'), await rig.bring('auto', id, 'a%41')];
      expect(outcomes.map(({ line }) => line['reason'])).toEqual([
        'client_rejected',
        'client_rejected',
      ]);
    });

    expect(asked).toHaveLength(2);
  });

  it.each(['raw', 'form'])(
    'client credentials: basic_decoding %s makes one call at most',
    async (service) => {
      rig.idp.token.clients.set('nobody', 'else');
      const [id] = freshPair();

      const asked = await rig.askedBy(async () => {
        expect((await rig.bring(service, id, 'a%41')).line['reason']).toBe('client_rejected');
      });

      expect(asked).toHaveLength(1);
    },
  );

  it.each([
    ['no Base64', 'Basic ***'],
    ['Base64 with bits left over', 'Basic YTpiYX=='],
    ['no text', `Basic ${Buffer.from([0xff, 0xfe, 0x3a, 0x41]).toString('base64')}`],
    ['no colon', `Basic ${btoa('client-and-nothing')}`],
    ['an empty id', `Basic ${btoa(':secret')}`],
    ['an empty secret', `Basic ${btoa('client:')}`],
    ['a control character', `Basic ${btoa('client:sec\u0007ret')}`],
    ['a NUL', `Basic ${btoa('client:sec\0ret')}`],
    ['nothing', 'Basic'],
    ['more than 4096 bytes', `Basic ${btoa(`client:${'x'.repeat(5000)}`)}`],
  ])('client credentials: %s is credential_malformed and shown to nobody', async (_name, value) => {
    const asked = await rig.askedBy(async () => {
      const { status, challenges, line } = await rig.world.call({
        path: '/auto/',
        headers: { authorization: value },
      });
      expect({ status, challenges, reason: line['reason'] }).toEqual({
        status: 400,
        challenges: ['Bearer realm="auto", error="invalid_request"'],
        reason: 'credential_malformed',
      });
    });

    expect(asked).toEqual([]);
  });
});

describe('the token request', () => {
  it.each([
    ['auto', 'basic'],
    ['posting', 'post'],
  ])('client credentials: the pair is shown by client_auth_method, at %s: %s', async (...row) => {
    const [service, method] = row;
    const [id, secret] = freshPair();

    const [request] = await rig.askedBy(() => rig.bring(service, id, secret));

    expect(request?.credentials).toEqual({ method, id, secret });
    expect(request?.headers.authorization === undefined).toBe(method === 'post');
  });

  it('client credentials: a secret with + needs the form at a provider that takes Basic undecoded', async () => {
    const [id] = freshPair();
    rig.idp.token.basicDecoding = 'raw';
    rig.idp.token.clients.set(id, 'one+two');

    const asked = await rig.askedBy(async () => {
      expect((await rig.bring('raw', id, 'one+two')).line['reason']).toBe('client_rejected');
      expect((await rig.bring('posting', id, 'one+two')).line['reason']).toBe('allowed');
    });

    expect(asked.map(({ credentials }) => credentials)).toEqual([
      { method: 'basic', id, secret: 'one%2Btwo' },
      { method: 'post', id, secret: 'one+two' },
    ]);
  });

  it('client credentials: scopes, audiences, resource and args are sent, and the application authenticates itself', async () => {
    const [id, secret] = freshPair();

    const [request] = await rig.askedBy(() => rig.bring('asking', id, secret));

    expect(request?.credentials).toEqual({ method: 'basic', id, secret });
    expect([...(request?.form ?? [])].toSorted()).toEqual([
      ['audience', 'api://orders'],
      ['audience', 'api://stock'],
      ['grant_type', 'client_credentials'],
      ['resource', 'urn:orders'],
      ['scope', 'orders.read orders.write'],
      ['tenant', 'acme'],
    ]);
  });

  it('client credentials: Services that ask for different things do not share a token', async () => {
    const [id, secret] = freshPair();

    const asked = await rig.askedBy(async () => {
      for (const service of ['auto', 'asking', 'auto', 'asking', 'raw']) {
        expect((await rig.bring(service, id, secret)).status).toBe(200);
      }
    });

    expect(asked.map(({ form }) => form.get('scope'))).toEqual([null, 'orders.read orders.write']);
  });

  it('client credentials: a changed secret is noticed when what is cached ends', async () => {
    const [id, secret] = freshPair();
    rig.idp.token.clients.set(id, secret);
    expect((await rig.bring('forgetful', id, secret)).status).toBe(200);

    rig.idp.token.clients.set(id, 'another-secret');
    const { line } = await eventually(
      () => rig.bring('forgetful', id, secret),
      ({ status }) => status !== 200,
    );

    expect(line['reason']).toBe('client_rejected');
    expect((await rig.bring('forgetful', id, 'another-secret')).status).toBe(200);
  });

  it('client credentials: with two providers only the named one is shown the secret', async () => {
    const [id, secret] = freshPair();
    const refused = freshPair();

    expect((await rig.bring('two', id, secret)).line).toMatchObject({ issuer: rig.idp.issuer });
    rig.idp.token.clients.set('nobody', 'else');
    expect((await rig.bring('two', ...refused)).line['reason']).toBe('client_rejected');

    expect([wasShown(rig.idp, secret), wasShown(rig.idp, refused[1])]).toEqual([true, true]);
    expect([wasShown(rig.other, secret), wasShown(rig.other, refused[1])]).toEqual([false, false]);
    expect(rig.other.calls('token')).toBe(0);
  });
});
