/** A token in the shape that a product documents; every id in it is made up. */
export interface VendorToken {
  /** Members of the JWS header beside `alg` and `kid`. */
  readonly header: Readonly<Record<string, unknown>>;
  /** Claims beside `iss` and the times. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** An answer of RFC 7662 in a product's shape, beside `active` and `exp`. */
export type VendorAnswer = Readonly<Record<string, unknown>>;

/** What every product's tokens have: seconds, from a minute ago to an hour ahead. */
export function vendorTimes(): { readonly iat: number; readonly exp: number } {
  const iat = Math.floor(Date.now() / 1000) - 60;
  return { iat, exp: iat + 3600 };
}

/** All claims of the token as an issuer makes it now; JSON leaves undefined ones out. */
export function vendorClaims(
  { claims }: VendorToken,
  issuer: string,
): Readonly<Record<string, unknown>> {
  return { ...vendorTimes(), iss: issuer, ...claims };
}
