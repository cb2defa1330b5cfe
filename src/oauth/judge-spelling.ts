import { deny, type Deny } from '../authz/refusal.ts';
import { respell } from '../lib/revocable-text.ts';

/**
 * Null for a JWT of which each part is spelt as an encoder spells it (RFC 4648 section 3.5). With the
 * spare bits at the end of a part, one token would have many texts, each a key of caches and logs.
 */
export function judgeSpelling(token: string): Deny | null {
  const parts = token.split('.');
  const odd = parts.findIndex((part) => respell(part) !== part);
  if (odd === -1) return null;
  const reason = odd === 2 ? 'token_signature_invalid' : 'token_malformed';
  return deny(reason, 'a part is not canonical base64url');
}
