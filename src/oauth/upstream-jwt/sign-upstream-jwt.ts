import { SignJWT, type JSONWebKeySet } from 'jose';
import type { SignUpstreamJwt } from '../../authz/upstream-jwt.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Secret } from '../../lib/secret.ts';
import { SingleFlight } from '../../lib/single-flight.ts';
import { halt, pass, type Step } from '../../lib/step.ts';
import { describeCaller, type CallerClaims } from './describe-caller.ts';
import { SignedJwts } from './signed-jwts.ts';
import { readSigningKey, type SigningKey } from './signing-key.ts';

export interface UpstreamJwtOptions {
  /** `iss`. */
  readonly issuer: string;
  /** PKCS#8 PEM or JWK; the first signs, all are published; none = the random key. */
  readonly keys: readonly Secret[];
  readonly ttlMs: number;
}

export interface UpstreamJwtDependencies {
  readonly clock: Clock;
  readonly randomUUID: () => string;
  /** Asked where no key is configured; had better be the same key for as long as the process runs. */
  readonly randomKey: () => Promise<SigningKey>;
}

export interface UpstreamJwtSigner {
  readonly sign: SignUpstreamJwt;
  /** Key set (RFC 7517 section 5) that upstreams verify with. */
  readonly jwks: () => JSONWebKeySet;
}

/** A key that cannot be used; `index` is its place in the list. */
export interface KeyProblem {
  readonly index: number;
  readonly message: string;
}

/** A token may pass for some seconds after its end, and its JWT has to reach the upstream alive. */
const minLifeMs = 5000;

/** Makes what signs JWTs for upstreams, or tells which keys are no good. */
export async function createSignUpstreamJwt(
  options: UpstreamJwtOptions,
  deps: UpstreamJwtDependencies,
): Promise<Step<UpstreamJwtSigner, readonly KeyProblem[]>> {
  const keys: SigningKey[] = [];
  const problems: KeyProblem[] = [];
  for (const [index, secret] of options.keys.entries()) {
    const key = await readSigningKey(secret);
    if (key.ok) keys.push(key.value);
    else problems.push({ index, message: key.stop });
  }
  if (problems.length > 0) return halt(problems);
  const signing = keys[0] ?? (await deps.randomKey());
  const published = keys.length > 0 ? keys : [signing];
  const jwks = { keys: published.map(({ publicJwk }) => publicJwk) };
  return pass({ sign: createSign(signing, options, deps), jwks: () => jwks });
}

/**
 * Signs, or gives what was signed for the same facts before. The facts themselves are the key, so a
 * changed Consumer, token or policy can never be told of by an old JWT.
 */
function createSign(
  key: SigningKey,
  { issuer, ttlMs }: UpstreamJwtOptions,
  { clock, randomUUID }: UpstreamJwtDependencies,
): SignUpstreamJwt {
  const known = new SignedJwts(clock);
  const flights = new SingleFlight<string>();

  async function sign(facts: string, caller: CallerClaims, tokenEnds: number): Promise<string> {
    const now = clock.now();
    const ends = now + Math.min(ttlMs, Math.max(tokenEnds - now, minLifeMs));
    const jwt = await new SignJWT({ iss: issuer, ...caller })
      .setProtectedHeader({ alg: key.algorithm, kid: key.keyId, typ: 'JWT' })
      .setIssuedAt(toSeconds(now))
      .setExpirationTime(toSeconds(ends))
      .setJti(randomUUID())
      .sign(key.privateKey);
    // One that ends with its token could not be followed by a longer one.
    const reuseUntil = ends === tokenEnds ? toSeconds(ends) * 1000 : (now + ends) / 2;
    known.keep(facts, jwt, reuseUntil);
    return jwt;
  }

  return function signUpstreamJwt(permit, trail, policy) {
    const caller = describeCaller(permit, trail, policy);
    // Infinity where there is no token, or one without an end.
    const tokenEnds = trail.token?.expiresAt ?? Infinity;
    const facts = JSON.stringify([caller, tokenEnds]);
    const before = known.find(facts);
    if (before !== null) return before;
    return flights.run(facts, () => sign(facts, caller, tokenEnds));
  };
}

function toSeconds(ms: number): number {
  return Math.floor(ms / 1000);
}
