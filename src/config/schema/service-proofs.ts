import { z } from 'zod';
import { duration } from './scalars.ts';

const mode = z.enum(['off', 'optional', 'required']).prefault('off');

/** Keys of a Service about proofs of possession (Kong's `proof_of_possession_*`). */
export const proving = {
  proof_of_possession_dpop: mode.describe(
    'DPoP (RFC 9449): `optional` = a bound token needs its proof, `required` = only such tokens.',
  ),
  proof_of_possession_mtls: mode.describe(
    'Tokens bound to the client’s certificate (RFC 8705), in the same way.',
  ),
  dpop_use_nonce: z.boolean().prefault(false).describe('Proofs need a nonce of Postern.'),
  dpop_proof_lifetime: duration(1000, 600_000).prefault('60s').describe('How old a proof may be.'),
};
