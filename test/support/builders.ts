import type { CheckDependencies } from '../../src/authz/check.ts';
import type { ConsumerRecord } from '../../src/authz/consumer.ts';
import { ownedHeaders } from '../../src/authz/identity-headers.ts';
import type { GrantPlan, Policy, ProviderPolicy, SessionPolicy } from '../../src/authz/policy.ts';
import type { AuthzRequest, RequestHeaders } from '../../src/authz/request.ts';
import type { VerifiedToken } from '../../src/authz/token.ts';
import { pass } from '../../src/lib/step.ts';

/** Headers from pairs; a repeated name keeps all its values. */
export function headersOf(...pairs: readonly (readonly [string, string])[]): RequestHeaders {
  return {
    values: (name) => pairs.filter(([key]) => key === name).map(([, value]) => value),
    names: () => pairs.map(([key]) => key),
  };
}

export function requestOf(fields: Partial<AuthzRequest> = {}): AuthzRequest {
  return {
    method: 'GET',
    path: '/orders?id=1',
    host: 'orders.example.com',
    scheme: 'https',
    protocol: 'HTTP/2',
    headers: headersOf(['authorization', 'Bearer good-token']),
    contextExtensions: new Map([['service', 'orders']]),
    sourceAddress: '192.0.2.1',
    peerCertificate: '',
    body: null,
    ...fields,
  };
}

export function providerPolicyOf(fields: Partial<ProviderPolicy> = {}): ProviderPolicy {
  return {
    name: 'idp',
    issuers: new Set(['https://idp.example.com']),
    consumerClaims: [['client_id']],
    consumerBy: ['custom_id'],
    credentialClaim: [['sub']],
    scopesClaims: [['scp'], ['scope']],
    groupsClaims: [['groups']],
    rolesClaims: [['roles']],
    audienceClaims: [['aud']],
    audienceRequired: [],
    leewayMs: 0,
    ...fields,
  };
}

export function policyOf(fields: Partial<Policy> = {}): Policy {
  return {
    service: 'orders',
    route: null,
    open: false,
    runOnPreflight: true,
    tokenPlan: { providers: ['idp'], verifyJwt: true, introspect: true, introspectInOrder: false },
    tokenPlaces: { headers: ['authorization'], query: null, cookie: null, body: null },
    grant: null,
    session: null,
    proof: { dpop: 'off', mtls: 'off', useNonce: false, lifetimeMs: 60_000, publicUrl: null },
    providers: new Map([['idp', providerPolicyOf()]]),
    audienceRequired: [],
    scopesRequired: [],
    groupsRequired: [],
    rolesRequired: [],
    claimsRequired: [],
    claimsForbidden: [],
    registrationRequired: false,
    acl: null,
    anonymous: null,
    consumerOptional: false,
    hideCredentials: true,
    claimHeaders: [],
    ownedHeaders,
    guardedHeaders: ownedHeaders,
    guardedCookies: new Set(['__Host-postern_session']),
    upstreamAccessToken: false,
    upstreamJwt: null,
    resourceMetadata: null,
    exposeReason: false,
    messages: { unauthorized: null, forbidden: null },
    ...fields,
  };
}

export function grantOf(fields: Partial<GrantPlan> = {}): GrantPlan {
  return {
    grant: 'client_credentials',
    provider: 'idp',
    basicDecoding: 'auto',
    clientAuthMethod: null,
    places: new Set(['header']),
    parameters: [],
    consumerClaims: null,
    ...fields,
  };
}

export function sessionPolicyOf(fields: Partial<SessionPolicy> = {}): SessionPolicy {
  return {
    service: 'orders',
    storage: 'cookie',
    cookieName: '__Host-postern_session',
    cookiePath: '/',
    cookieDomain: null,
    secure: true,
    sameSite: 'Lax',
    openedBy: new Set(['bearer', 'introspection']),
    idleMs: 900_000,
    absoluteMs: 86_400_000,
    providers: new Map([['idp', new Set(['https://idp.example.com'])]]),
    claimNames: ['client_id', 'sub'],
    logout: null,
    ...fields,
  };
}

export function consumerOf(fields: Partial<ConsumerRecord> = {}): ConsumerRecord {
  return {
    id: '5f0c7a52-9a3e-4a0b-8f5b-3f2d1f1b7c11',
    customId: 'billing',
    username: 'billing-app',
    identityProvider: null,
    tags: [],
    groups: new Set(),
    registrations: new Map(),
    rateLimit: null,
    ...fields,
  };
}

/** Ports of a Check that nobody is expected to use. */
export const unusedPorts: Omit<CheckDependencies, 'policies' | 'verifyToken' | 'resolveConsumer'> =
  {
    obtainToken: unexpected,
    proofs: { checkDpop: unexpected, certificateThumbprint: unexpected },
    sessions: {
      resume: unexpected,
      clearing: unexpected,
      open: unexpected,
      renew: unexpected,
      end: unexpected,
    },
    revocations: { current: () => pass(null) },
    signUpstreamJwt: unexpected,
  };

function unexpected(): never {
  throw new Error('not expected to be asked');
}

/** It ends by its `exp`. */
export function tokenOf(claims: VerifiedToken['claims'] = {}): VerifiedToken {
  const { exp } = claims;
  return {
    provider: 'idp',
    issuer: 'https://idp.example.com',
    method: 'bearer',
    claims: { client_id: 'billing', sub: 'subject-1', ...claims },
    expiresAt: typeof exp === 'number' ? exp * 1000 : null,
  };
}
