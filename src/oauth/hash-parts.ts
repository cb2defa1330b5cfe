import { hash } from 'node:crypto';

/** SHA-256 (base64url) of the parts, each led by its length so that no two lists look alike. */
export function hashParts(parts: readonly string[]): string {
  let text = '';
  for (const part of parts) text += `${part.length}:${part}`;
  return hash('sha256', text, 'base64url');
}
