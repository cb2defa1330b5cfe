import type { GrantPlan } from '../policy.ts';
import { deny, type Deny } from '../refusal.ts';
import type { Arguments } from './arguments.ts';
import { readBodyArguments } from './body-arguments.ts';
import type { PairCredential, Place, ReadCredential } from './credential.ts';
import { readQueryArguments } from './query-arguments.ts';
import { readPair } from './read-pair.ts';

/** Names of the two arguments, as in the grant itself (RFC 6749 sections 2.3.1 and 4.3.2). */
const names = {
  client_credentials: ['client_id', 'client_secret'],
  password: ['username', 'password'],
} as const satisfies Record<GrantPlan['grant'], readonly [id: string, secret: string]>;

/** `client_id` and `client_secret`, or `username` and `password`, in the query. */
export const readQueryPair: ReadCredential = (request, { grant }) => {
  if (grant === null) return null;
  const place = { kind: 'query', names: names[grant.grant] } as const;
  return readPairArguments(readQueryArguments(request), grant, place);
};

/** The same in a form or a JSON object. */
export const readBodyPair: ReadCredential = (request, { grant }) => {
  if (grant === null) return null;
  const body = readBodyArguments(request);
  return 'kind' in body ? body : readPairArguments(body, grant, { kind: 'body' });
};

/** An id alone proves nothing and may be the application's own argument; a secret never is. */
function readPairArguments(
  from: Arguments,
  { grant }: GrantPlan,
  place: Place,
): PairCredential | Deny | null {
  const [idName, secretName] = names[grant];
  const secrets = from.values(secretName);
  const [secret] = secrets;
  if (secret === undefined) return null;
  const ids = from.values(idName);
  const [id] = ids;
  if (id === undefined) return deny('credential_malformed', `${secretName} without ${idName}`);
  if (secrets.length > 1 || ids.length > 1) {
    return deny('credential_ambiguous', `several of ${idName} or ${secretName}`);
  }
  const pair = readPair(id, secret);
  return 'kind' in pair ? pair : { kind: 'pair', pair, alternative: null, place };
}
