import type { ReadCredential } from './credential.ts';
import { readToken } from './read-token.ts';

const dpop = /^dpop(?: +(.*))?$/is;

/** `Authorization: DPoP <token>` (RFC 9449 section 7.1); the proof is judged with the token. */
export const readDpopHeader: ReadCredential = ({ headers }) => {
  const [value] = headers.values('authorization');
  const match = value === undefined ? null : dpop.exec(value);
  if (match === null) return null;
  return readToken(match[1] ?? '', { kind: 'header', name: 'authorization' }, 'dpop');
};
