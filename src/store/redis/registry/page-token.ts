import { hash } from 'node:crypto';

const checkLength = 12;

/**
 * Where a page begins: after this id, in this very list. The check keeps tokens of other lists, and
 * made up ones, from being taken for one; a token gives no access, so it needs no secret.
 */
export function writePageToken(list: string, after: string): string {
  return Buffer.from(checkOf(list, after) + after).toString('base64url');
}

/** Null where the token is none of this list's. */
export function readPageToken(list: string, token: string): string | null {
  const text = Buffer.from(token, 'base64url').toString();
  const after = text.slice(checkLength);
  return after !== '' && writePageToken(list, after) === token ? after : null;
}

function checkOf(list: string, after: string): string {
  return hash('sha256', JSON.stringify([list, after])).slice(0, checkLength);
}
