import type { ClaimRule } from '../authz/policy.ts';
import { readClaim } from './read-claims.ts';
import type { ServiceSettings } from './schema/settings.ts';

/** Rules about claims; numbers and truth values as the text that JSON has for them. */
export function readRules(rules: ServiceSettings['claims_required']): readonly ClaimRule[] {
  return rules.map((rule) =>
    typeof rule === 'string'
      ? { path: [rule], values: null }
      : {
          path: readClaim(rule.claim),
          values: rule.values === undefined ? null : new Set(rule.values.map(String)),
        },
  );
}
