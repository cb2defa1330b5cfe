import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { calculateJwkThumbprint, SignJWT } from 'jose';
import { pass } from '../../../../src/lib/step.ts';
import { createProofs } from '../../../../src/oauth/proof/proofs.ts';
import { headersOf, requestOf } from '../../../support/builders.ts';
import { startOwnRedis, type OwnRedis } from '../../../support/redis.ts';
import { createSigningKey, type SigningKey } from '../../../support/signing-keys.ts';
import { keys, never, startStore, type RunningStore } from './harness.ts';

let redis: OwnRedis;
let replicas: readonly RunningStore[];
let key: SigningKey;

beforeAll(async () => {
  redis = await startOwnRedis();
  key = await createSigningKey('ES256', 'unused');
});

beforeEach(async () => {
  await redis.client.flushall();
  replicas = await Promise.all([startStore(redis.connection), startStore(redis.connection)]);
});

afterEach(async () => {
  await Promise.all(replicas.map(({ store }) => store.stop()));
});

afterAll(async () => {
  await redis.stop();
});

async function use(replica: number, id: string, ttlMs = 60_000, signal = never): Promise<string> {
  const used = await replicas[replica]!.store.replays.use(id, ttlMs, signal);
  return used.ok ? used.value : used.stop.reason;
}

describe('used proofs in Redis', () => {
  it('are known to every replica', async () => {
    expect(await use(0, 'a')).toBe('fresh');
    expect(await use(1, 'a')).toBe('used');
    expect(await use(1, 'b')).toBe('fresh');
    expect(await use(0, 'b')).toBe('used');
  });

  it('can be asked about without being used up', async () => {
    const look = async (replica: number) => replicas[replica]?.store.replays.look('a', never);

    expect([await look(0), await look(1)]).toEqual([pass('fresh'), pass('fresh')]);
    expect(await use(0, 'a')).toBe('fresh');
    expect(await look(1)).toEqual(pass('used'));
  });

  it('are given to one of many that come at the same time', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => use(index % 2, 'a')),
    );

    expect(answers.filter((answer) => answer === 'fresh')).toHaveLength(1);
    expect(answers.filter((answer) => answer === 'used')).toHaveLength(39);
  });

  it('are forgotten by the server, after their time', async () => {
    await use(0, 'a', 60_000.4);

    const left = await redis.client.pttl(keys.proof('a'));
    expect(left).toBeGreaterThan(30_000);
    expect(left).toBeLessThanOrEqual(60_001);
    expect(keys.proof('a')).toBe('{postern}:proof:a');
  });

  it('are "cannot tell" once the caller has no time left', async () => {
    expect(await use(0, 'a', 60_000, AbortSignal.abort())).toBe('deadline_exceeded');
  });

  it('are "cannot tell" while Redis is down', async () => {
    await redis.kill();
    try {
      expect(await use(0, 'a')).toBe('store_unavailable');
    } finally {
      await redis.restart();
    }
  });
});

describe('a DPoP proof', () => {
  const accessToken = 'the-access-token';

  it('passes at one replica only', async () => {
    const thumbprint = await calculateJwkThumbprint(key.publicJwk);
    const { kty, crv, x, y } = key.publicJwk;
    const proof = await new SignJWT({
      jti: 'proof-1',
      htm: 'GET',
      htu: 'https://api.example/orders',
      ath: createHash('sha256').update(accessToken).digest('base64url'),
    })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: { kty, crv, x, y } as object })
      .setIssuedAt()
      .sign(key.privateKey);
    const question = {
      request: requestOf({ path: '/orders', headers: headersOf(['dpop', proof]) }),
      policy: {
        dpop: 'required',
        mtls: 'off',
        useNonce: false,
        lifetimeMs: 60_000,
        publicUrl: 'https://api.example',
      },
      accessToken,
      thumbprint,
      service: 'orders',
    } as const;

    const answers = await Promise.all(
      replicas.map(async ({ store }) =>
        createProofs(
          { nonceKey: null },
          { clock: { now: () => Date.now() }, replays: store.replays },
        ).checkDpop(question, never),
      ),
    );
    expect(answers.map(({ ok }) => ok).sort()).toEqual([false, true]);
    expect(answers.find(({ ok }) => !ok)).toMatchObject({
      stop: { reason: 'token_proof_invalid', detail: 'DPoP proof: replayed' },
    });
  });
});
