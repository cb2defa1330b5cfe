/**
 * The part of a token that whoever holds it cannot spell otherwise: what a revocation goes by. A
 * signature can be: base64url leaves bits at its end over, (r, n − s) is as good as (r, s) by ECDSA,
 * and who introspects may take padding. So of a JWS (RFC 7515) it is what is signed, and of a JWE
 * (RFC 7516) all that is authenticated, as bytes; of any other token, the text.
 */
export function revocableText(token: string): string {
  const parts = token.split('.', jweParts);
  const [header = '', payload, ...others] = parts;
  if (payload === undefined || others.length === 0) return token;
  const read = readHeader(header);
  if (read === null) return token;
  const kept = Object.hasOwn(read, 'enc') ? parts : [header, payload];
  return kept.map(respell).join('.');
}

const jweParts = 5;

/** The one way to write what a part of a token stands for, in base64url without padding. */
export function respell(part: string): string {
  return Buffer.from(part, 'base64url').toString('base64url');
}

function readHeader(part: string): object | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return typeof value === 'object' && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
