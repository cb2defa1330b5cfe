import { compactVerify } from 'jose';
import { deny, unavailable } from '../authz/refusal.ts';
import { explainTrouble } from './explain-trouble.ts';
import type { JwtHeader } from './judge-jwt-header.ts';
import { refused, type Judgement } from './judgement.ts';
import type { KeySet } from './key-set.ts';
import type { PublicKey } from './public-key.ts';

/** Codes of jose that say something of the token or the key; any other error is a fault of ours. */
const refusalCodes = new Set([
  'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
  'ERR_JOSE_ALG_NOT_ALLOWED',
  'ERR_JOSE_NOT_SUPPORTED',
  'ERR_JWS_INVALID',
]);

/** A payload that a key of the provider signed. */
export interface Proven {
  readonly kind: 'proven';
  readonly payload: string;
  /** {@link PublicKey.id} */
  readonly keyId: string;
}

/**
 * Proves a JWS by the provider's keys, of which newer ones are asked for where none fits. The
 * header must have been judged.
 */
export async function proveSignature(
  token: string,
  { alg, kid }: JwtHeader,
  keys: KeySet,
): Promise<Proven | (Judgement & { kind: 'refused' })> {
  const known = keys.find(alg, kid);
  const proven = await tryKeys(token, alg, known);
  if (proven !== null) return proven;
  if (kid !== null && known.length > 0) {
    // No refetch would change that: kept like other refusals, so that it costs no more checks.
    return refused(deny('token_signature_invalid', 'the signature does not verify'));
  }

  // The key may be newer than our set.
  if ((await keys.refetch()) === 'unavailable') {
    const detail = explainTrouble('no current keys of the provider', keys.trouble);
    return refused(unavailable('idp_unavailable', detail));
  }
  const tried = new Set(known.map(({ id }) => id));
  const added = keys.find(alg, kid).filter(({ id }) => !tried.has(id));
  const late = await tryKeys(token, alg, added);
  if (late !== null) return late;
  const refusal = deny('token_signature_invalid', 'no key of the provider fits');
  return refused(refusal, keys.nextRefetchAt);
}

async function tryKeys(
  token: string,
  alg: string,
  candidates: readonly PublicKey[],
): Promise<Proven | null> {
  for (const { id, key } of candidates) {
    try {
      const { payload } = await compactVerify(token, key, { algorithms: [alg] });
      return { kind: 'proven', payload: new TextDecoder().decode(payload), keyId: id };
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
  }
  return null;
}

function isRefusal(error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    typeof error.code === 'string' &&
    refusalCodes.has(error.code)
  );
}
