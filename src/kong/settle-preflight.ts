import type { Json } from './json.ts';
import type { Ledger } from './ledger.ts';
import type { Guards } from './resolve-guards.ts';
import type { OidcParts } from './translate-oidc.ts';

/**
 * Keys of a Service. With `run_on_preflight: false` Kong lets OPTIONS past `openid-connect` alone: an
 * ACL or a registration refuses it, since nobody is known. Here it would be past them all.
 */
export function settlePreflight(
  { service, path }: OidcParts,
  isRegistered: boolean,
  guards: readonly Guards[],
  ledger: Ledger,
): Json {
  const { run_on_preflight: runs, ...others } = service;
  const isGuarded = isRegistered || guards.some(({ acl }) => acl !== null);
  if (runs !== false || !isGuarded) return service;
  const why = 'in Kong an ACL or a registration refuses every OPTIONS; here a caller who may may';
  ledger.refuse('openid-connect.run_on_preflight', path, why);
  return others;
}
