import type { ClaimPath } from '../authz/claims.ts';
import type { ClaimSetting } from './presets.ts';

/** The paths that claims of the file stand for. */
export function readClaims(claims: readonly ClaimSetting[] | undefined): readonly ClaimPath[] {
  return (claims ?? []).map(readClaim);
}

export function readClaim(claim: ClaimSetting): ClaimPath {
  return typeof claim === 'string' ? [claim] : claim;
}
