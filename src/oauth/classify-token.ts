import { parseJsonObject, readOwn } from './parse-json-object.ts';

/** Longer tokens are not looked at. */
export const maxTokenLength = 16 * 1024;

/** What a token looks like. Nothing of it is proven. */
export type TokenShape =
  | {
      readonly kind: 'jwt';
      readonly header: Readonly<Record<string, unknown>>;
      /** Null where the payload is no JSON object. */
      readonly payload: Readonly<Record<string, unknown>> | null;
    }
  | { readonly kind: 'opaque' };

const opaque: TokenShape = { kind: 'opaque' };
const jwsParts = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]*)\.[A-Za-z0-9_-]*$/;

/**
 * A JWT is a signed one in compact form (RFC 7515 section 7.1): three base64url parts of which the
 * first is an encoded JSON object. Anything else, an encrypted JWT of five parts too, is opaque.
 */
export function classifyToken(token: string): TokenShape {
  const parts = jwsParts.exec(token);
  if (parts === null) return opaque;
  const header = decodePart(parts[1] ?? '');
  if (header === null) return opaque;
  return { kind: 'jwt', header, payload: decodePart(parts[2] ?? '') };
}

/** `iss` as the token claims it, only good for choosing who shall prove it. */
export function peekIssuer(shape: TokenShape): string | null {
  if (shape.kind !== 'jwt' || shape.payload === null) return null;
  const issuer = readOwn(shape.payload, 'iss');
  return typeof issuer === 'string' ? issuer : null;
}

function decodePart(part: string): Readonly<Record<string, unknown>> | null {
  return parseJsonObject(Buffer.from(part, 'base64url').toString('utf8'));
}
