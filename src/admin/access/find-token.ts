import { createHash, timingSafeEqual } from 'node:crypto';
import type { Actor } from './roles.ts';

export interface AdminToken extends Actor {
  /** Of the token, in hexadecimal. */
  readonly sha256: string;
}

/**
 * Whose token it is; null = nobody's. Every known token is compared, in constant time, so that the
 * answer's time tells neither how near a guess was nor which token it met.
 */
export function findToken(presented: string, tokens: readonly AdminToken[]): Actor | null {
  const digest = createHash('sha256').update(presented).digest();
  let found: Actor | null = null;
  for (const token of tokens) {
    const isSame = timingSafeEqual(digest, Buffer.from(token.sha256, 'hex'));
    if (isSame) found = { name: token.name, role: token.role };
  }
  return found;
}
