import type { Deny } from '../refusal.ts';
import type { AuthzRequest } from '../request.ts';

/** What the caller brought to prove who it is, and where it stood. */
export interface Credential {
  readonly kind: 'bearer';
  readonly token: string;
  /** Name of the request header that `hide_credentials` takes away. */
  readonly header: string;
}

/** Looks in one place: a credential, a refusal, or null when that place holds none of its kind. */
export type ReadCredential = (request: AuthzRequest) => Credential | Deny | null;
