import { deny, type Deny } from '../refusal.ts';
import type { Pair } from './credential.ts';

/** Longest id and secret together, in bytes of UTF-8. */
export const maxPairBytes = 4096;

// eslint-disable-next-line no-control-regex
const control = /[\u0000-\u001f\u007f]/;

/**
 * An id and a secret that a provider may be asked about. Control characters are forbidden by RFC 7617
 * section 2. An empty secret proves nothing, yet some directories take it for an anonymous bind
 * (RFC 4513 section 5.1.2).
 */
export function readPair(id: string | null, secret: string | null): Pair | Deny {
  if (id === null || secret === null) return malformed('an id or a secret that cannot be decoded');
  if (id === '' || secret === '') return malformed('an empty id or secret');
  if (control.test(id) || control.test(secret)) return malformed('control characters');
  if (!id.isWellFormed() || !secret.isWellFormed()) return malformed('not Unicode');
  if (Buffer.byteLength(id) + Buffer.byteLength(secret) > maxPairBytes)
    return malformed('too long');
  return { id, secret };
}

function malformed(detail: string): Deny {
  return deny('credential_malformed', detail);
}
