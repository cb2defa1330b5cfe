import { deny } from '../refusal.ts';
import type { ReadCredential } from './credential.ts';

const scheme = /^bearer(?: +(.*))?$/is;
// RFC 6750 section 2.1: b64token.
const b64token = /^[A-Za-z0-9\-._~+/]+=*$/;

/** `Authorization: Bearer <token>` (RFC 6750 section 2.1). */
export const readBearerHeader: ReadCredential = (request) => {
  const [value] = request.headers.values('authorization');
  const match = value === undefined ? null : scheme.exec(value);
  if (match === null) return null;

  const token = match[1] ?? '';
  if (!b64token.test(token)) return deny('credential_malformed', 'not a Bearer token (RFC 6750)');
  return { kind: 'bearer', token, header: 'authorization' };
};
