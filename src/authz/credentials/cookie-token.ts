import { readCookies } from '../cookies.ts';
import type { ReadCredential } from './credential.ts';
import { readOneToken } from './read-token.ts';

/** A token as the value of a cookie (Kong's `bearer_token_cookie_name`). */
export const readCookieToken: ReadCredential = (request, { tokenPlaces: { cookie: name } }) => {
  if (name === null) return null;
  return readOneToken(readCookies(request, name), { kind: 'cookie', name });
};
