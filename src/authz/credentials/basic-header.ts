import { decodeForm } from '../form.ts';
import type { GrantPlan } from '../policy.ts';
import { deny, type Deny } from '../refusal.ts';
import type { Pair, PairCredential, ReadCredential } from './credential.ts';
import { maxPairBytes, readPair } from './read-pair.ts';

const basic = /^basic(?: +(.*))?$/is;
// RFC 4648 section 4, its padding left out or whole, the bits that stand for nothing zero.
const base64 =
  /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw](?:==)?|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=?)?$/;
const maxBase64Length = Math.ceil((maxPairBytes + 1) / 3) * 4;
const escaped = /\+|%[0-9A-Fa-f]{2}/;
// `ignoreBOM` keeps a byte order mark, which an id may have.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** `Authorization: Basic base64(id:secret)` (RFC 7617, in UTF-8). */
export const readBasicHeader: ReadCredential = ({ headers }, { grant }) => {
  const [value] = headers.values('authorization');
  const match = value === undefined ? null : basic.exec(value);
  if (match === null || grant === null) return null;

  const text = decodeBase64(match[1] ?? '');
  if (text === null) return malformed('not base64 of UTF-8 text');
  const colon = text.indexOf(':');
  if (colon === -1) return malformed('no colon between id and secret');
  return decodePair(text.slice(0, colon), text.slice(colon + 1), grant.basicDecoding);
};

function decodeBase64(text: string): string | null {
  if (text.length > maxBase64Length || !base64.test(text)) return null;
  try {
    return utf8.decode(Buffer.from(text, 'base64'));
  } catch {
    return null;
  }
}

/**
 * RFC 6749 section 2.3.1 wants both parts form-encoded, RFC 7617 as they are, and clients do either.
 * With `auto` the second reading goes along where the text could have been encoded.
 */
function decodePair(
  id: string,
  secret: string,
  decoding: GrantPlan['basicDecoding'],
): PairCredential | Deny {
  const read = decoding === 'form' ? decodeParts(id, secret) : readPair(id, secret);
  if ('kind' in read) return read;
  const alternative = decoding === 'auto' ? findAlternative(read) : null;
  return {
    kind: 'pair',
    pair: read,
    alternative,
    place: { kind: 'header', name: 'authorization' },
  };
}

function findAlternative({ id, secret }: Pair): Pair | null {
  if (!escaped.test(id) && !escaped.test(secret)) return null;
  const read = decodeParts(id, secret);
  return 'kind' in read ? null : read;
}

function decodeParts(id: string, secret: string): Pair | Deny {
  return readPair(decodeForm(id), decodeForm(secret));
}

function malformed(detail: string): Deny {
  return deny('credential_malformed', `${detail}, in the Basic header`);
}
