import { opaque, type Bring } from '../../support/vendors/vendor-rig.ts';
import type { VendorToken } from '../../support/vendors/vendor-tokens.ts';

/** What is brought to a Service of variants.ts, and what comes of it. */
export type VendorRow = readonly [
  what: string,
  service: string,
  bring: Bring,
  reason: string,
  more?: RowDetails,
];

export interface RowDetails {
  readonly method?: 'bearer' | 'introspection';
  /** Default: that of the configuration. */
  readonly issuer?: string;
  /** What the upstream sees; null = there is no such header. */
  readonly headers?: Readonly<Record<string, string | null>>;
}

export const introspected: RowDetails = { method: 'introspection' };

export function groups(value: string): RowDetails {
  return { headers: { 'x-authenticated-groups': value } };
}

export function identifier(value: string | null): RowDetails {
  return { headers: { 'x-credential-identifier': value } };
}

export function ofIssuer(issuer: string): RowDetails {
  return { issuer };
}

/** The token with other claims; undefined takes one away. */
export function withClaims(token: VendorToken, claims: VendorToken['claims']): VendorToken {
  return { ...token, claims: { ...token.claims, ...claims } };
}

/** A token that introspection cannot be asked about: the endpoint refuses whoever asks, once. */
export const refusedClient: Bring = (setup) => {
  setup.fake.script('introspection', { kind: 'status', status: 401 });
  return opaque(null)(setup);
};
