import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeProvider } from '../../support/fake-provider.ts';
import { optionsOf, outcomeOf, rigOf, type Rig } from './setup.ts';

let idp: FakeProvider;
let rig: Rig;

beforeEach(async () => {
  idp = await FakeProvider.start();
  rig = rigOf(optionsOf(idp.issuer, { maxTokenAgeMs: 60_000 }));
});

afterEach(async () => {
  await rig.close();
  await idp.close();
});

const agedBy = (seconds: number) => ({ iat: Math.floor(Date.now() / 1000) - seconds });

describe('the age of a token', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['young', agedBy(10), 'bearer miss'],
    ['old', agedBy(120), 'token_expired'],
    ['of the epoch', { iat: 0 }, 'token_expired'],
    ['from before the epoch', { iat: -5 }, 'token_expired'],
    ['unknown', { iat: undefined }, 'token_expired'],
    ['told as text', { iat: String(agedBy(10).iat) }, 'token_expired'],
    ['told as null', { iat: null }, 'token_expired'],
    ['from the future', agedBy(-600), 'token_not_yet_valid'],
  ])('of a JWT, %s', async (_what, claims, outcome) => {
    expect(await outcomeOf(rig.verify(await idp.sign(idp.claims(claims))))).toBe(outcome);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['young', agedBy(10), 'introspection miss'],
    ['old', agedBy(120), 'token_expired'],
    ['unknown, which RFC 7662 allows', { iat: undefined }, 'token_expired'],
    ['told as text', { iat: String(agedBy(10).iat) }, 'token_expired'],
  ])('of an opaque token, %s', async (_what, claims, outcome) => {
    expect(await outcomeOf(rig.verify(idp.issueOpaque(claims)))).toBe(outcome);
  });

  it('of a JWT that is introspected too is told by its own iat', async () => {
    const rules = { maxTokenAgeMs: 60_000, introspectJwtTokens: true };
    const both = rigOf(optionsOf(idp.issuer, rules));
    const token = await idp.sign(idp.claims(agedBy(10)));
    const unaged = await idp.sign(idp.claims({ iat: undefined }));
    idp.introspections.set(token, { active: true });
    idp.introspections.set(unaged, { active: true, ...agedBy(10) });

    expect(await outcomeOf(both.verify(token))).toBe('bearer miss');
    expect(await outcomeOf(both.verify(unaged))).toBe('token_expired');
    await both.close();
  });

  it('is counted while the token is cached, with the leeway on top', async () => {
    const token = await idp.sign(idp.claims(agedBy(0)));
    expect(await outcomeOf(rig.verify(token))).toBe('bearer miss');
    rig.clock.advance(50_000);
    expect(await outcomeOf(rig.verify(token))).toBe('bearer hit');

    rig.clock.advance(12_000);
    expect(await outcomeOf(rig.verify(token))).toBe('bearer miss');
    rig.clock.advance(5000);
    expect(await outcomeOf(rig.verify(token))).toBe('token_expired');
  });

  it.each<[string, () => Promise<string> | string]>([
    ['a JWT', () => idp.sign(idp.claims({ iat: 2_000_000_000, exp: 2_000_000_900 }))],
    ['an opaque token', () => idp.issueOpaque({ iat: 2_000_000_000, exp: 2_000_000_900 })],
  ])('ends %s for whatever comes of it', async (_what, issue) => {
    rig.clock.advance(2_000_000_000_000 - rig.clock.now());

    expect(await rig.verify(await issue())).toMatchObject({
      value: { token: { expiresAt: 2_000_000_060_000 } },
    });
  });

  it('is told to the log as the reason', async () => {
    const verdict = await rig.verify(await idp.sign(idp.claims(agedBy(120))));

    expect(verdict).toMatchObject({ stop: { detail: 'older than max_token_age' } });
  });
});
