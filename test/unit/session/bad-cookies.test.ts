import { beforeAll, describe, expect, it } from '@jest/globals';
import { fc } from '../../support/properties.ts';
import type { SessionPolicy } from '../../../src/authz/policy.ts';
import { createSealer } from '../../../src/session/sealer.ts';
import {
  minute,
  never,
  newKey,
  oldKey,
  openingOf,
  policyOf,
  start,
  startWorld,
  tokenOf,
} from './harness.ts';

const alphabet = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_');
const binding = JSON.stringify(['orders', '__Host-postern_session']);
const shuffled = 'tampered with, or sealed for another Service or cookie name';

let good: string;

beforeAll(async () => {
  good = await startWorld().open();
});

/** The cookie of what becomes of the bytes of the good one. */
function recoded(change: (bytes: Buffer) => Buffer): string {
  return change(Buffer.from(good, 'base64url')).toString('base64url');
}

/** With one byte changed; negative = counted from the end. */
function withByte(index: number, change: (byte: number) => number = (byte) => byte ^ 1): string {
  return recoded((bytes) => {
    const at = index < 0 ? bytes.length + index : index;
    bytes[at] = change(bytes[at]!);
    return bytes;
  });
}

/** A cookie of our own sealing that holds something else. */
function sealed(text: string): string {
  return createSealer([newKey], (length) => new Uint8Array(length)).seal(text, binding);
}

describe('a cookie that is no session', () => {
  it.each<[string, () => string, string]>([
    ['empty', () => '', 'too short'],
    ['a word', () => 'session', 'not base64url'],
    ['longer than a cookie can be', () => 'A'.repeat(4097), 'longer than a cookie can be'],
    ['with its version changed', () => withByte(0, () => 2), 'of another version'],
    ['with its key id changed', () => withByte(1), 'sealed with a key that is not configured'],
    ['with its salt changed', () => withByte(5), shuffled],
    ['with its content changed', () => withByte(21), shuffled],
    ['with its tag changed', () => withByte(-1), shuffled],
    ['without its last byte', () => recoded((bytes) => bytes.subarray(0, -1)), shuffled],
    ['cut after the salt', () => recoded((bytes) => bytes.subarray(0, 21)), 'too short'],
    [
      'with a byte more',
      () => recoded((bytes) => Buffer.concat([bytes, bytes.subarray(0, 1)])),
      shuffled,
    ],
    ['twice', () => recoded((bytes) => Buffer.concat([bytes, bytes])), shuffled],
    ['padded', () => `${good}=`, 'not base64url'],
    ['in quotes', () => `"${good}"`, 'not base64url'],
    ['with a space', () => `${good} `, 'not base64url'],
    ['in base64', () => `${good.slice(0, -1)}+`, 'not base64url'],
    ['with a control character', () => `${good}\u0000`, 'not base64url'],
    ['with half a surrogate pair', () => `${good}\ud800`, 'not base64url'],
    ['sealed, but no JSON', () => sealed('{'), 'of a form that is not known'],
    ['sealed, but of another form', () => sealed('{"v":2}'), 'of a form that is not known'],
    ['sealed, but a list', () => sealed('[]'), 'of a form that is not known'],
  ])('%s is refused and cleared', async (_, cookie, detail) => {
    const { sessions } = startWorld();

    expect(await sessions.resume(cookie(), policyOf(), never)).toEqual({
      ok: false,
      stop: {
        kind: 'deny',
        reason: 'session_invalid',
        detail,
        headers: [
          [
            'set-cookie',
            '__Host-postern_session=; Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Secure; HttpOnly; SameSite=Lax',
          ],
        ],
      },
    });
  });

  it('is what any other character makes of a good one', async () => {
    const { sessions } = startWorld();
    const resume = async (cookie: string) => sessions.resume(cookie, policyOf(), never);
    const anyChange = fc
      .record({ at: fc.nat(good.length - 1), to: fc.constantFrom(...alphabet) })
      .filter(({ at, to }) => good[at] !== to);
    await resume(good);

    await fc.assert(
      fc.asyncProperty(anyChange, async ({ at, to }) => {
        const refused = await resume(good.slice(0, at) + to + good.slice(at + 1));
        return !refused.ok && refused.stop.reason === 'session_invalid';
      }),
      { numRuns: 2000 },
    );
  });

  it('is any text', async () => {
    const { sessions } = startWorld();

    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
        const refused = await sessions.resume(text, policyOf(), never);
        return !refused.ok && refused.stop.reason === 'session_invalid';
      }),
    );
  });

  it('is a good one with whatever else in the place of its last character', async () => {
    const { resume } = startWorld();
    const results = await Promise.all(
      alphabet.map(async (last) => resume(good.slice(0, -1) + last)),
    );

    expect(results.filter((result) => typeof result !== 'string')).toHaveLength(1);
  });
});

describe('a session that does not count here', () => {
  it.each<[string, Partial<SessionPolicy>, string]>([
    ['at another Service', { service: 'billing' }, shuffled],
    ['under another cookie name', { cookieName: '__Host-other' }, shuffled],
    [
      'at a Service without its provider',
      { providers: new Map([['entra', new Set(['https://idp.example.com'])]]) },
      'of a provider that the Service has not',
    ],
    [
      'at a Service whose provider has another issuer by now',
      { providers: new Map([['okta', new Set(['https://other.example.com'])]]) },
      'of an issuer that the provider is not any more',
    ],
    [
      'where its method opens none any more',
      { openedBy: new Set(['introspection']) },
      'opened by a method that opens none any more',
    ],
    [
      'where rules look at more claims',
      { claimNames: ['cid', 'scp', 'email'] },
      'kept under rules that look at other claims',
    ],
    [
      'where rules look at fewer claims',
      { claimNames: ['cid'] },
      'kept under rules that look at other claims',
    ],
  ])('%s is refused, known or not', async (_, changes, detail) => {
    const fresh = startWorld();
    const knowing = startWorld();
    await knowing.resume(good);

    expect([
      await fresh.resume(good, policyOf(changes)),
      await knowing.resume(good, policyOf(changes)),
    ]).toEqual([`session_invalid: ${detail}`, `session_invalid: ${detail}`]);
  });

  it('is one that was sealed with a key that is retired', async () => {
    const old = startWorld({ keys: [oldKey] });
    const cookie = await old.open();

    expect(await startWorld({ keys: [newKey] }).resume(cookie)).toBe(
      'session_invalid: sealed with a key that is not configured',
    );
    expect(await startWorld({ keys: [newKey, oldKey] }).resume(cookie)).toMatchObject({
      token: { provider: 'okta' },
    });
  });

  it('is one of another process where no key is configured', async () => {
    const cookie = await startWorld({ keys: [] }).open();

    expect(await startWorld({ keys: [] }).resume(cookie)).toBe(
      'session_invalid: sealed with a key that is not configured',
    );
  });
});

describe('a session that is over', () => {
  const shortToken = openingOf({
    token: tokenOf({ claims: { cid: 'app', exp: start / 1000 + 300 } }),
  });
  const endlessToken = openingOf({ token: tokenOf({ claims: { cid: 'app' } }) });

  it.each([
    ['not used for idle_timeout', openingOf(), {}, 16 * minute],
    ['older than absolute_timeout', openingOf(), { absoluteMs: 10 * minute }, 10 * minute],
    ['older than absolute_timeout', endlessToken, { idleMs: 999 * minute }, 120 * minute],
    ['its token has expired', shortToken, {}, 5 * minute],
    ['its token has expired', openingOf(), { idleMs: 999 * minute }, 60 * minute],
  ])('is refused: %s', async (detail, opening, changes, lifeMs) => {
    const world = startWorld();
    const policy = policyOf(changes);
    const cookie = await world.open(opening, policy);
    world.pass(lifeMs - 1);
    const before = await world.resume(cookie, policy);
    world.pass(1);

    expect(before).toMatchObject({ token: { method: 'session' } });
    expect(await world.resume(cookie, policy)).toBe(`session_invalid: ${detail}`);
  });

  it('goes by the limits in force, not by those of its beginning', async () => {
    const world = startWorld();
    const cookie = await world.open();
    world.pass(2 * minute);

    expect(await world.resume(cookie, policyOf({ idleMs: 2 * minute }))).toBe(
      'session_invalid: not used for idle_timeout',
    );
    expect(await world.resume(cookie, policyOf({ absoluteMs: 2 * minute }))).toBe(
      'session_invalid: older than absolute_timeout',
    );
  });
});
