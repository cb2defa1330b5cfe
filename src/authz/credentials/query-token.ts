import type { ReadCredential } from './credential.ts';
import { readQueryArguments } from './query-arguments.ts';
import { readOneToken } from './read-token.ts';

/** A token as a query argument (RFC 6750 section 2.3). */
export const readQueryToken: ReadCredential = (request, { tokenPlaces: { query: name } }) => {
  if (name === null) return null;
  const place = { kind: 'query', names: [name] } as const;
  return readOneToken(readQueryArguments(request).values(name), place);
};
