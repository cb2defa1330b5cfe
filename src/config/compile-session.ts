import type { ClaimPath } from '../authz/claims.ts';
import type { ProviderPolicy, SessionPolicy } from '../authz/policy.ts';
import type { AuthMethod } from '../authz/token.ts';
import { nameCookie } from './name-cookie.ts';
import type { ServiceConfig, ServiceSessionConfig } from './service-config.ts';

/** Claims that whoever judges, logs or revokes a token may look at, besides what is configured. */
const usualClaims = [
  ...['iss', 'sub', 'aud', 'jti', 'exp', 'iat', 'nbf'],
  // By which a client may be revoked, whatever a Consumer is looked up by.
  ...['client_id', 'azp'],
];

/** Sessions of a Service; null where it has none. */
export function compileSession(
  service: ServiceConfig,
  used: readonly ProviderPolicy[],
): SessionPolicy | null {
  const { session, name: serviceName } = service;
  if (session === null) return null;
  const { logout } = session;
  return {
    service: serviceName,
    storage: session.storage,
    cookieName: nameCookie(session),
    cookiePath: session.cookiePath,
    cookieDomain: session.cookieDomain,
    secure: session.cookieSecure,
    sameSite: session.cookieSameSite,
    openedBy: listOpeners(service, session),
    idleMs: session.idleTimeoutMs,
    absoluteMs: session.absoluteTimeoutMs,
    providers: new Map(used.map(({ name, issuers }) => [name, issuers])),
    claimNames: listClaimNames(service, used),
    logout:
      logout === null
        ? null
        : {
            path: logout.path,
            methods: new Set(logout.methods),
            redirect: logout.redirectUri,
          },
  };
}

/**
 * What is off opens no session, and keeps none that it opened while it was on: a pair that is not
 * accepted any more, say, whose claims would be read by rules that are not the grant's.
 */
function listOpeners(
  { authMethods }: ServiceConfig,
  { openedBy }: ServiceSessionConfig,
): ReadonlySet<AuthMethod> {
  return new Set(openedBy.filter((method) => authMethods.includes(method)));
}

/** Top-level names of all claims that a rule of the Service or of its Routes can look at. */
function listClaimNames(
  service: ServiceConfig,
  used: readonly ProviderPolicy[],
): readonly string[] {
  const rules = [service, ...service.routes].flatMap((part) => [
    ...(part.claimsRequired ?? []),
    ...(part.claimsForbidden ?? []),
  ]);
  const paths: readonly ClaimPath[] = [
    ...used.flatMap(listPaths),
    ...rules.map(({ path }) => path),
    ...service.upstreamHeaders.map(({ path }) => path),
    ...(service.password?.consumerClaims ?? []),
  ];
  const names = paths.flatMap(([name]) => (name === undefined ? [] : [name]));
  return [...new Set([...usualClaims, ...names])].toSorted();
}

function listPaths(provider: ProviderPolicy): readonly ClaimPath[] {
  return [
    ...provider.consumerClaims,
    ...provider.credentialClaim,
    ...provider.scopesClaims,
    ...provider.groupsClaims,
    ...provider.rolesClaims,
    ...provider.audienceClaims,
  ];
}
