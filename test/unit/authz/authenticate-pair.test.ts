import { expect, it } from '@jest/globals';
import { authenticate } from '../../../src/authz/authenticate.ts';
import { pass } from '../../../src/lib/step.ts';
import { grantOf, policyOf, requestOf, tokenOf, unusedPorts } from '../../support/builders.ts';

const verifyToken = () => {
  throw new Error('a pair is not verified');
};
const obtainedAt = 1_700_000_000_000;

it.each([
  ['its iat, where its provider had issued it before', 1_699_999_000, 1_699_999_000_000],
  ['when it was fetched, where its iat is later', 1_700_000_100, obtainedAt],
  ['when it was fetched, where it has no iat', undefined, obtainedAt],
])('a fetched token counts as issued at %s', async (_name, iat, issuedAt) => {
  const token = tokenOf({ iat });
  const given = { token, accessToken: 'token-1', acceptedId: 'app', obtainedAt, fetchedAt: 7 };
  const pair = { id: 'app', secret: 'x' };
  const vouched = await authenticate(
    { kind: 'pair', pair, alternative: null, place: { kind: 'header', name: 'authorization' } },
    {
      request: requestOf(),
      policy: policyOf({ grant: grantOf() }),
      signal: AbortSignal.timeout(5000),
    },
    { ...unusedPorts, verifyToken, obtainToken: () => pass({ ...given, cache: 'miss' as const }) },
  );

  expect(vouched).toMatchObject({ ok: true, value: { issuedAt, fetchedAt: 7 } });
});
