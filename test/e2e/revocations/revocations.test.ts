import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { mirrorSignature, respellEnd } from '../../support/respellings.ts';
import { eventually, type World } from '../../support/world.ts';
import {
  bearer,
  cookie,
  cookieOf,
  pair,
  startRevocations,
  type RevocationRig,
} from './revocation-rig.ts';

jest.setTimeout(60_000);

let rig: RevocationRig;
let client: string;
let consumer: string;

beforeAll(async () => {
  rig = await startRevocations();
  await rig.ask('PUT', '/consumers/guest', {});
});

beforeEach(async () => {
  client = `client-${randomUUID()}`;
  const created = await rig.ask('POST', '/consumers', { username: client, custom_id: client });
  consumer = created.body.id as string;
});

afterAll(async () => {
  await rig.stop();
});

function seconds(fromNow = 0): number {
  return Math.floor(Date.now() / 1000) + fromNow;
}

/** A JWT of the client, as old as is said. */
function sign(claims: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const times = { iat: seconds(-10), jti: randomUUID() };
  return rig.idp.sign(rig.idp.claims({ client_id: client, ...times, ...claims }));
}

async function noSecretIn(...secrets: readonly string[]): Promise<void> {
  const { text: audit } = await rig.ask('GET', '/audit?size=100');
  const { text: list } = await rig.ask('GET', '/revocations?size=100');
  const keys = await rig.redis.client.keys('*');
  const values = await Promise.all(keys.map((key) => rig.redis.client.get(key).catch(() => null)));
  const everything = [
    ...rig.worlds.map(({ postern }) => postern.output()),
    ...[audit, list, keys.join('\n'), values.join('\n')],
  ].join('\n');
  for (const secret of secrets) expect(everything).not.toContain(secret);
}

describe('three sidecars refuse what was revoked', () => {
  it('a token that each has verified and cached', async () => {
    const token = await sign();
    const other = await sign();
    const cached = await rig.everywhere('allowed', bearer('/jwt/', token));
    expect(cached.map(({ line }) => line['cache'])).toEqual(['hit', 'hit', 'hit']);

    const revocation = await rig.revoke({ token, note: 'found in a log' });

    const refused = await rig.everywhere('token_revoked', bearer('/jwt/', token));
    expect(refused[0]).toMatchObject({
      status: 401,
      challenges: ['Bearer realm="jwt", error="invalid_token"'],
    });
    await rig.everywhere('allowed', bearer('/jwt/', other));
    expect(revocation).toMatchObject({ kind: 'token', issued_until: null, note: 'found in a log' });
    // In another place, at another Service.
    await rig.everywhere('token_revoked', bearer('/sessions/', token));
    await noSecretIn(token, token.split('.')[2]!);
  });

  it('a token under another spelling of its signature', async () => {
    const token = await sign();
    const [spelling] = respellEnd(token);

    await rig.revoke({ token });

    await rig.everywhere('token_revoked', bearer('/jwt/', token));
    await rig.everywhere('token_signature_invalid', bearer('/jwt/', spelling!));
  });

  it('a token under the other signature that ECDSA has for it, and its session', async () => {
    const key = rig.idp.keys.find(({ kid }) => kid === 'elliptic');
    const claims = { client_id: client, jti: randomUUID(), iat: seconds(-10) };
    const token = await rig.idp.sign(rig.idp.claims(claims), {}, key);
    const mirrored = mirrorSignature(token);
    await rig.everywhere('allowed', bearer('/jwt/', mirrored));
    const [opened] = await rig.bring(bearer('/sessions/', mirrored));

    await rig.revoke({ token });

    await rig.everywhere('token_revoked', bearer('/jwt/', mirrored));
    await rig.everywhere('token_revoked', cookie('/sessions/', cookieOf(opened!)));
  });

  it('an opaque token whose introspection each has cached', async () => {
    const token = rig.idp.issueOpaque({ client_id: client });
    await rig.everywhere('allowed', bearer('/opaque/', token));
    const asked = rig.idp.calls('introspection');

    await rig.revoke({ token });

    await rig.everywhere('token_revoked', bearer('/opaque/', token));
    expect(rig.idp.calls('introspection')).toBe(asked);
  });

  it('a token by its jti, of one issuer or of all', async () => {
    const jti = randomUUID();
    const token = await sign({ jti });
    await rig.everywhere('allowed', bearer('/jwt/', token));

    await rig.revoke({ jti, issuer: 'https://elsewhere.example.com' });
    await rig.revoke({ token: await sign() });
    await rig.everywhere('allowed', bearer('/jwt/', token));
    await rig.revoke({ jti, issuer: rig.idp.issuer });

    await rig.everywhere('token_revoked', bearer('/jwt/', token));
    await noSecretIn(jti);
  });

  it('all that a client was issued until then, and nothing later', async () => {
    const old = await sign();
    const silent = await sign({ iat: undefined });
    const opaque = rig.idp.issueOpaque({ client_id: client, iat: seconds(-10) });
    const borrowed = await sign({ client_id: 'somebody', azp: client });
    await rig.everywhere('allowed', bearer('/jwt/', old));
    await rig.everywhere('allowed', bearer('/jwt/', silent));
    await rig.everywhere('allowed', bearer('/opaque/', opaque));

    await rig.revoke({ client_id: client });

    await rig.everywhere('token_revoked', bearer('/jwt/', old));
    await rig.everywhere('token_revoked', bearer('/jwt/', silent));
    await rig.everywhere('token_revoked', bearer('/opaque/', opaque));
    await rig.everywhere('token_revoked', bearer('/jwt/', borrowed));
    // A second later, that is to say.
    const fresh = () => sign({ iat: seconds() });
    await eventually(
      async () => rig.worlds[0]!.call(bearer('/jwt/', await fresh())),
      ({ line }) => line['reason'] === 'allowed',
    );
  });

  it('all that a Consumer was issued until then, whatever its client is called', async () => {
    const old = await sign();
    await rig.everywhere('allowed', bearer('/jwt/', old));

    const revocation = await rig.revoke({ consumer: client });

    expect(revocation).toMatchObject({ kind: 'consumer', consumer: { id: consumer } });
    await rig.everywhere('token_revoked', bearer('/jwt/', old));
  });

  it.each(['sessions', 'stored'])('a session of %s', async (service) => {
    const path = `/${service}/`;
    const [opened] = await rig.bring(bearer(path, await sign()));
    const text = cookieOf(opened!);
    const [other] = await rig.bring(bearer(path, await sign()));
    await rig.everywhere('allowed', cookie(path, text));

    const value = text.slice(text.indexOf('=') + 1);
    await rig.revoke({ session: value });

    const refused = await rig.everywhere('token_revoked', cookie(path, text));
    expect(String(refused[1]!.headers['set-cookie'])).toMatch(/=; .*Max-Age=0/);
    await rig.everywhere('allowed', cookie(path, cookieOf(other!)));
    await noSecretIn(value);
  });

  it.each<[string, (token: string) => object]>([
    ['its token', (token) => ({ token })],
    ['the jti of its token', () => ({ jti: `jti of ${client}` })],
    ['its client', () => ({ client_id: client })],
    ['its Consumer', () => ({ consumer })],
  ])('a session by %s', async (_name, body) => {
    const token = await sign({ jti: `jti of ${client}` });
    const [opened] = await rig.bring(bearer('/sessions/', token));
    const text = cookieOf(opened!);
    await rig.everywhere('allowed', cookie('/sessions/', text));

    await rig.revoke(body(token));

    const refused = await rig.everywhere('token_revoked', cookie('/sessions/', text));
    expect(String(refused[2]!.headers['set-cookie'])).toMatch(/=; .*Max-Age=0/);
  });

  it('and lets the anonymous Consumer stand in, as for every 401', async () => {
    const token = await sign();
    await rig.everywhere('allowed', bearer('/guests/', token));

    await rig.revoke({ token });

    await eventually(
      () => rig.bring(bearer('/guests/', token)),
      (seen) =>
        seen.every(({ upstreamSaw }) => upstreamSaw?.headers['x-anonymous-consumer'] === 'true'),
    );
  });
});

describe('a pair whose client was revoked', () => {
  it.each(['client_id', 'consumer'])('by %s gets another token', async (kind) => {
    rig.idp.token.format = 'jwt';
    const call = pair('/pairs/', client, 'secret');
    await rig.everywhere('allowed', call);
    const asked = rig.idp.calls('token');

    await rig.revoke({ [kind]: client });

    const bring = async () => {
      await rig.bring(call);
      return rig.idp.calls('token');
    };
    await eventually(bring, (calls) => calls >= asked + 3);
    await rig.everywhere('allowed', call);
    // The new one is remembered as the old one was.
    let before = await bring();
    await eventually(bring, (calls) => {
      const none = calls === before;
      before = calls;
      return none;
    });
  });

  it('is refused at once where its secret was changed', async () => {
    const call = pair('/pairs/', client, 'old-secret');
    rig.idp.token.clients.set(client, 'old-secret');
    await rig.everywhere('allowed', call);
    rig.idp.token.clients.set(client, 'new-secret');
    await rig.everywhere('allowed', call);

    await rig.revoke({ client_id: client });

    await rig.everywhere('client_rejected', call);
    rig.idp.token.clients.clear();
  });
});

describe('a revocation', () => {
  it('is known to a sidecar before it is ready', async () => {
    const token = await sign();
    await rig.revoke({ token });

    const replica = await rig.startReplica();

    const outcome = await replica.call(bearer('/jwt/', token));
    const counted = await replica.metric('postern_revocations');
    await replica.stop();
    expect(outcome.line).toMatchObject({ reason: 'token_revoked' });
    expect(counted).toBeGreaterThan(0);
  });

  it('is lifted where it was a mistake', async () => {
    const token = await sign();
    const { id } = await rig.revoke({ token });
    await rig.everywhere('token_revoked', bearer('/jwt/', token));

    const lifted = await rig.ask('DELETE', `/revocations/${String(id)}`);

    expect(lifted.status).toBe(204);
    await rig.everywhere('allowed', bearer('/jwt/', token));
    expect((await rig.ask('GET', `/revocations/${String(id)}`)).status).toBe(404);
    expect((await rig.ask('DELETE', `/revocations/${String(id)}`)).status).toBe(404);
    const replica = await rig.startReplica();
    const outcome = await replica.call(bearer('/jwt/', token));
    await replica.stop();
    expect(outcome.line).toMatchObject({ reason: 'allowed' });
  });

  it('outlives a Redis that was emptied, and a reload', async () => {
    const token = await sign();
    await rig.revoke({ token });
    await rig.everywhere('token_revoked', bearer('/jwt/', token));

    await rig.redis.client.flushall();
    await eventually(
      () => rig.ask('PUT', `/consumers/${client}`, { custom_id: client }),
      ({ status }) => status < 300,
    );
    await rig.everywhere('allowed', bearer('/jwt/', await sign()));

    await rig.everywhere('token_revoked', bearer('/jwt/', token));
    // And a configuration that asks for another connection to it.
    const [, world] = rig.worlds as [World, World, World];
    const { postern, config } = world;
    const { redis } = config['store'] as { redis: object };
    await postern.writeConfig({ ...config, store: { redis: { ...redis, max_staleness: '9m' } } });
    postern.signal('SIGHUP');
    await postern.untilLine(({ msg }) => msg === 'configuration loaded');
    expect((await world.call(bearer('/jwt/', token))).line['reason']).toBe('token_revoked');
  });
});
