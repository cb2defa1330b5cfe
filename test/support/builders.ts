import type { ConsumerRecord } from '../../src/authz/consumer.ts';
import type { Policy, ProviderPolicy } from '../../src/authz/policy.ts';
import type { AuthzRequest, RequestHeaders } from '../../src/authz/request.ts';
import type { VerifiedToken } from '../../src/authz/token.ts';

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
    ...fields,
  };
}

export function providerPolicyOf(fields: Partial<ProviderPolicy> = {}): ProviderPolicy {
  return {
    name: 'idp',
    consumerClaims: [['client_id']],
    consumerBy: ['custom_id'],
    credentialClaim: [['sub']],
    scopesClaims: [['scp'], ['scope']],
    groupsClaims: [['groups']],
    audienceRequired: [],
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
    providers: new Map([['idp', providerPolicyOf()]]),
    audienceRequired: [],
    scopesRequired: [],
    registrationRequired: false,
    acl: null,
    anonymous: null,
    consumerOptional: false,
    hideCredentials: true,
    exposeReason: false,
    messages: { unauthorized: null, forbidden: null },
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

export function tokenOf(claims: VerifiedToken['claims'] = {}): VerifiedToken {
  return {
    provider: 'idp',
    issuer: 'https://idp.example.com',
    method: 'bearer',
    claims: { client_id: 'billing', sub: 'subject-1', ...claims },
  };
}
