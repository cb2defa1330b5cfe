import { hash } from 'node:crypto';

/** The parts as one text, each led by its length so that no two lists look alike. */
export function joinParts(parts: readonly string[]): string {
  let text = '';
  for (const part of parts) text += `${part.length}:${part}`;
  return text;
}

/** SHA-256 (base64url) of the parts, told apart as in {@link joinParts}. */
export function hashParts(parts: readonly string[]): string {
  return hash('sha256', joinParts(parts), 'base64url');
}
