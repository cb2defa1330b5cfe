/** A claim's name, or the names that lead to a nested one, as written in the file. */
export type ClaimSetting = string | string[];

export interface Preset {
  readonly consumerClaims: readonly string[];
  readonly scopesClaims: readonly string[];
  readonly groupsClaims: readonly string[];
  readonly rolesClaims: readonly ClaimSetting[];
  /** Whether the product has an introspection endpoint at all. */
  readonly introspects: boolean;
}

export const presetNames = [
  'generic',
  'okta',
  'entra',
  'ping',
  'keycloak',
  'auth0',
  'cognito',
] as const;
export type PresetName = (typeof presetNames)[number];

/** Where products put what; the client id has other names in a JWT than in an introspection answer. */
export const presets: Readonly<Record<PresetName, Preset>> = {
  generic: {
    consumerClaims: ['client_id'],
    scopesClaims: ['scope', 'scp'],
    groupsClaims: ['groups'],
    rolesClaims: ['roles'],
    introspects: true,
  },
  okta: {
    consumerClaims: ['cid', 'client_id'],
    scopesClaims: ['scp', 'scope'],
    groupsClaims: ['groups'],
    rolesClaims: ['roles'],
    introspects: true,
  },
  // v2 tokens name the client in `azp`, v1 tokens in `appid`; application permissions are `roles`.
  entra: {
    consumerClaims: ['azp', 'appid'],
    scopesClaims: ['scp', 'roles'],
    groupsClaims: ['groups'],
    rolesClaims: ['roles'],
    introspects: false,
  },
  ping: {
    consumerClaims: ['client_id'],
    scopesClaims: ['scope'],
    groupsClaims: ['groups'],
    rolesClaims: ['roles'],
    introspects: true,
  },
  keycloak: {
    consumerClaims: ['azp', 'client_id'],
    scopesClaims: ['scope'],
    groupsClaims: ['groups'],
    rolesClaims: [['realm_access', 'roles']],
    introspects: true,
  },
  auth0: {
    consumerClaims: ['azp', 'client_id'],
    scopesClaims: ['scope'],
    groupsClaims: ['groups'],
    rolesClaims: ['roles'],
    introspects: false,
  },
  cognito: {
    consumerClaims: ['client_id'],
    scopesClaims: ['scope'],
    groupsClaims: ['cognito:groups'],
    rolesClaims: ['roles'],
    introspects: false,
  },
};
