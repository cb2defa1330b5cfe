import type { VendorSetup } from '../../support/vendors/vendor-setups.ts';
import type { Json, ServiceSettings } from '../../support/world-config.ts';

/** A documented configuration with one thing changed, at a Service of this name. */
interface Variant {
  /** Name of the documented provider. */
  readonly of: string;
  readonly provider?: Json;
  readonly service?: Json;
}

const variants: Readonly<Record<string, Variant>> = {
  'okta-cid-only': { of: 'okta', provider: { consumer_claims: ['cid'] } },
  'entra-no-users': { of: 'entra', service: { claims_forbidden: ['scp'] } },
  'entra-asks-groups': { of: 'entra', service: { groups_required: ['gold'] } },
  'pingone-jwt-only': { of: 'pingone', provider: { token_types: ['JWT'] } },
  'pingone-identifier': { of: 'pingone', provider: { credential_claim: ['sub', 'client_id'] } },
  'keycloak-client-roles': {
    of: 'keycloak',
    provider: { roles_claims: [['resource_access', 'orders', 'roles']] },
  },
  'keycloak-asks-again': { of: 'keycloak', provider: { introspect_jwt_tokens: true } },
  'cognito-audience': { of: 'cognito', provider: { audience_required: ['orders'] } },
  'cognito-bound': {
    of: 'cognito',
    provider: { audience_required: ['https://orders.example.com'] },
  },
  'cognito-short-scope': { of: 'cognito', service: { scopes_required: ['read'] } },
  'cognito-no-scope': { of: 'cognito', service: { scopes_required: [] } },
  'cognito-anything': { of: 'cognito', service: { scopes_required: [], claims_required: [] } },
};

/** Judges users by the groups that the provider asserts. */
const byGroups: Json = {
  scopes_required: [],
  roles_required: [],
  acl: { allow: ['gold'], always_use_authenticated_groups: true },
};

/** What is served: each documented configuration, the same `by-groups`, and the variants. */
export function configureVendors(setups: readonly VendorSetup[]): {
  readonly identityProviders: readonly Json[];
  readonly services: readonly ServiceSettings[];
} {
  const rows: [string, Variant][] = [
    ...setups.map(({ name }): [string, Variant] => [name, { of: name }]),
    ...setups.map(({ name }): [string, Variant] => [
      `${name}-by-groups`,
      { of: name, service: byGroups },
    ]),
    ['auth0-without-slash', withoutSlash(setups)],
    ...Object.entries(variants),
  ];
  const built = rows.map(([name, variant]) => build(name, variant, setups));
  return {
    identityProviders: built.map(({ provider }) => provider),
    services: built.map(({ service }) => service),
  };
}

function withoutSlash(setups: readonly VendorSetup[]): Variant {
  return { of: 'auth0', provider: { issuer: findSetup(setups, 'auth0').issuer.slice(0, -1) } };
}

function build(name: string, variant: Variant, setups: readonly VendorSetup[]) {
  const setup = findSetup(setups, variant.of);
  return {
    provider: { ...setup.provider, ...variant.provider, name },
    service: { ...setup.service, ...variant.service, name, identity_providers: [name] },
  };
}

/** The setup behind a Service. */
export function setupOf(setups: readonly VendorSetup[], service: string): VendorSetup {
  const documented = service.replace(/-by-groups$|-without-slash$/, '');
  return findSetup(setups, variants[documented]?.of ?? documented);
}

function findSetup(setups: readonly VendorSetup[], name: string): VendorSetup {
  const found = setups.find((setup) => setup.name === name);
  if (found === undefined) throw new Error(`no page configures ${name}`);
  return found;
}
