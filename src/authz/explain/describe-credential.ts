import type { Credential, Place } from '../credentials/credential.ts';
import type { Policy } from '../policy.ts';
import type { AuthzRequest } from '../request.ts';
import type { CaseOfPolicy } from './case.ts';
import { readUnverified } from './read-unverified.ts';
import { list, mask, tellValue } from './words.ts';

/** What was found where, with its secret parts masked. */
export function describeCredential({ request, policy, credential }: CaseOfPolicy): string[] {
  if (credential === null) return [];
  if (credential.ok) return [tellCredential(credential.value, policy)];
  const { reason, detail } = credential.stop;
  const looked = `Looked for: ${list(listPlaces(policy))}.`;
  if (reason !== 'credential_missing') {
    return [...(detail === undefined ? [] : [`Found, but not usable: ${detail}.`]), looked];
  }
  return ['None was found.', looked, ...tellNearby(request)];
}

function tellCredential(credential: Credential, { grant }: Policy): string {
  const where = tellPlace(credential.place);
  switch (credential.kind) {
    case 'token': {
      const scheme = credential.scheme === 'dpop' ? ' with the scheme DPoP' : '';
      return `An access token in ${where}${scheme}: ${tellToken(credential.token)}.`;
    }
    case 'pair':
      return grant?.grant === 'password'
        ? `The user name ${credential.pair.id} and a password, in ${where}.`
        : `The client id ${credential.pair.id} and a secret, in ${where}.`;
    case 'session':
      return `A session, in ${where}.`;
  }
}

function tellToken(token: string): string {
  const jwt = readUnverified(token);
  if (jwt === null) return `opaque, ${mask(token)}`;
  const parts = ['alg', 'kid', 'typ'].map(
    (name) => `${name} ${tellValue(Object.hasOwn(jwt.header, name) ? jwt.header[name] : null)}`,
  );
  const kind = jwt.claims === null ? 'an encrypted or broken JWT' : 'a JWT';
  return `${kind} with ${parts.join(', ')} (${String(token.length)} characters)`;
}

function tellPlace(place: Place): string {
  switch (place.kind) {
    case 'header':
      return `the header ${place.name}`;
    case 'query':
      return `the query (${place.names.join(', ')})`;
    case 'cookie':
      return `the cookie ${place.name}`;
    case 'body':
      return 'the body';
  }
}

/** Where this policy takes credentials from, as a client would write them. */
export function listPlaces(policy: Policy): string[] {
  const { tokenPlan, grant, session } = policy;
  return [
    ...(tokenPlan.verifyJwt || tokenPlan.introspect ? listTokenPlaces(policy) : []),
    ...(grant === null ? [] : [...grant.places].map((place) => tellPairPlace(place, grant.grant))),
    ...(session === null ? [] : [`the session cookie ${session.cookieName}`]),
  ];
}

function listTokenPlaces({ tokenPlaces, proof }: Policy): string[] {
  const { headers, query, cookie, body } = tokenPlaces;
  return [
    ...headers.map((name) =>
      name === 'authorization' ? 'Authorization: Bearer <token>' : `${name}: <token>`,
    ),
    ...(proof.dpop === 'off' ? [] : ['Authorization: DPoP <token>']),
    ...(query === null ? [] : [`the query argument ${query}`]),
    ...(cookie === null ? [] : [`the cookie ${cookie}`]),
    ...(body === null ? [] : [`the body field ${body}`]),
  ];
}

function tellPairPlace(
  place: 'header' | 'query' | 'body',
  grant: 'client_credentials' | 'password',
): string {
  const pair = grant === 'password' ? 'username and password' : 'client_id and client_secret';
  return place === 'header' ? 'Authorization: Basic <pair>' : `${pair} in the ${place}`;
}

const knownSchemes = ['bearer', 'basic', 'dpop', 'digest', 'negotiate', 'apikey', 'token', 'mac'];

/** What came along in a place or form that does not count here; no word that might be a secret. */
function tellNearby({ headers }: AuthzRequest): string[] {
  const [value] = headers.values('authorization');
  const scheme = value?.split(' ', 1)[0]?.toLowerCase() ?? '';
  const told: string[] = [];
  if (value !== undefined) {
    told.push(
      knownSchemes.includes(scheme)
        ? `There is an Authorization header with the scheme ${scheme}, which does not count here.`
        : 'There is an Authorization header whose scheme is not known.',
    );
  }
  if (headers.values('cookie').length > 0) {
    told.push('There are cookies, none of which counts here.');
  }
  return told;
}
