import { readBodyArguments } from './body-arguments.ts';
import type { ReadCredential } from './credential.ts';
import { readOneToken } from './read-token.ts';

/** A token as a form field (RFC 6750 section 2.2) or as a member of a JSON object. */
export const readBodyToken: ReadCredential = (request, { tokenPlaces: { body: name } }) => {
  if (name === null) return null;
  const body = readBodyArguments(request);
  return 'kind' in body ? body : readOneToken(body.values(name), { kind: 'body' });
};
