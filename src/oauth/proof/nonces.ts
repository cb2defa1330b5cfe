import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../lib/clock.ts';
import type { Secret } from '../../lib/secret.ts';
import { hashParts } from '../hash-parts.ts';

/** What a nonce is good for. */
export interface NonceScope {
  readonly service: string;
  /** A nonce is good for one to two of these, and a proof that has it for no longer. */
  readonly windowMs: number;
}

/** How far another replica's clock may be ahead. */
const leewayMs = 5000;

/** Nonces for DPoP proofs (RFC 9449 section 9), of which nothing has to be kept. */
export class Nonces {
  readonly #key: string | Buffer;
  readonly #clock: Clock;

  /** With the same secret, replicas take each other's nonces; null = a random one. */
  constructor(secret: Secret | null, clock: Clock) {
    this.#key = secret?.reveal() ?? randomBytes(32);
    this.#clock = clock;
  }

  issue(scope: NonceScope): string {
    return this.#write(scope, this.#windowAt(scope, this.#clock.now()));
  }

  /** `older`: still good, but a newer one is due. */
  judge(nonce: string, scope: NonceScope): 'current' | 'older' | 'wrong' {
    const now = this.#clock.now();
    const current = this.#windowAt(scope, now);
    const ahead = this.#windowAt(scope, now + leewayMs);
    for (let window = ahead; window >= current; window -= 1) {
      if (isSame(nonce, this.#write(scope, window))) return 'current';
    }
    return isSame(nonce, this.#write(scope, current - 1)) ? 'older' : 'wrong';
  }

  #windowAt({ windowMs }: NonceScope, time: number): number {
    return Math.floor(time / windowMs);
  }

  #write({ service, windowMs }: NonceScope, window: number): string {
    const text = hashParts(['dpop-nonce', service, String(windowMs), String(window)]);
    return createHmac('sha256', this.#key).update(text).digest('base64url');
  }
}

function isSame(given: string, expected: string): boolean {
  const bytes = Buffer.from(given);
  const wanted = Buffer.from(expected);
  return bytes.length === wanted.length && timingSafeEqual(bytes, wanted);
}
