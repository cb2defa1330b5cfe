/** Order of P-256 (FIPS 186-5). */
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Other texts of a token whose last part decodes to the same bytes. */
export function respellEnd(token: string): string[] {
  const bytes = endOf(token);
  return Array.from(alphabet)
    .map((last) => token.slice(0, -1) + last)
    .filter((text) => text !== token && endOf(text).equals(bytes));
}

/** Signed by ES256: the other signature that verifies, (r, n − s). */
export function mirrorSignature(token: string): string {
  const bytes = endOf(token);
  const s = order - BigInt(`0x${bytes.subarray(32).toString('hex')}`);
  const mirrored = Buffer.from(s.toString(16).padStart(64, '0'), 'hex');
  const signature = Buffer.concat([bytes.subarray(0, 32), mirrored]).toString('base64url');
  return token.slice(0, token.lastIndexOf('.') + 1) + signature;
}

function endOf(token: string): Buffer {
  return Buffer.from(token.slice(token.lastIndexOf('.') + 1), 'base64url');
}
