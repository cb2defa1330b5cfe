import type { TokenPlan, VerifyToken } from '../../../src/authz/token.ts';
import { Secret } from '../../../src/lib/secret.ts';
import { createProvider, type Provider } from '../../../src/oauth/provider.ts';
import type { ProviderOptions } from '../../../src/oauth/provider-options.ts';
import type { OauthReport } from '../../../src/oauth/report.ts';
import { createVerifyToken } from '../../../src/oauth/verify-token.ts';

/** Time that runs from now and can be pushed ahead. */
export class TestClock {
  #ahead = 0;

  now(): number {
    return Date.now() + this.#ahead;
  }

  advance(ms: number): void {
    this.#ahead += ms;
  }
}

export type ReportedEvent = Readonly<Record<string, unknown>>;

export interface Rig {
  readonly clock: TestClock;
  readonly events: ReportedEvent[];
  readonly provider: Provider;
  readonly providers: ReadonlyMap<string, Provider>;
  readonly verifyToken: VerifyToken;
  readonly verify: (token: string, more?: Partial<Question>) => ReturnType<VerifyToken>;
  readonly close: () => Promise<void>;
}

interface Question {
  readonly plan: Partial<TokenPlan>;
  readonly source: string;
  readonly signal: AbortSignal;
}

export function optionsOf(issuer: string, more: Partial<ProviderOptions> = {}): ProviderOptions {
  return {
    name: 'idp',
    issuer,
    issuersAllowed: [issuer],
    discovery: { url: null },
    endpoints: { token: null, jwks: null, introspection: null },
    allowInsecure: false,
    rediscoveryMs: 30_000,
    jwksRefreshMs: 300_000,
    timeoutMs: 2000,
    maxConcurrentCalls: 64,
    client: { id: 'postern', secret: new Secret('s3cret'), authMethod: 'client_secret_basic' },
    tls: { ca: null },
    proxy: { http: null, https: null, noProxy: [] },
    introspection: {
      hint: 'access_token',
      accept: 'application/json',
      headers: [],
      parameters: [],
      tokenParameter: 'token',
    },
    extraJwksUris: [],
    maxTokenAgeMs: null,
    introspects: true,
    introspectJwtTokens: false,
    algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
    tokenTypes: null,
    leewayMs: 5000,
    cache: {
      maxTtlMs: 300_000,
      negativeTtlMs: 10_000,
      staleIfErrorMs: 0,
      maxEntries: 1000,
      negativeMaxEntries: 1000,
    },
    ...more,
  };
}

export function recordReport(events: ReportedEvent[]): OauthReport {
  const record = (event: ReportedEvent) => void events.push(event);
  return {
    providerRequested: record,
    keysRefreshed: record,
    circuitChanged: record,
    cacheAsked: record,
  };
}

/** Providers wired as the application does it, with a clock of their own. */
export function rigOf(...options: readonly ProviderOptions[]): Rig {
  const clock = new TestClock();
  const events: ReportedEvent[] = [];
  const report = recordReport(events);
  const created = options.map((each) => createProvider(each, { clock, report }));
  const providers = new Map(created.map((provider) => [provider.name, provider]));
  const verifyToken = createVerifyToken(providers);
  const everything: TokenPlan = {
    providers: [...providers.keys()],
    verifyJwt: true,
    introspect: true,
    introspectInOrder: false,
  };
  return {
    clock,
    events,
    provider: created[0]!,
    providers,
    verifyToken,
    verify: (token, { plan, source = '192.0.2.1', signal } = {}) =>
      verifyToken(
        { token, source },
        { ...everything, ...plan },
        signal ?? AbortSignal.timeout(20_000),
      ),
    close: async () => {
      await Promise.all(created.map((provider) => provider.close()));
    },
  };
}

/** What a test compares: the reason of a refusal, or how it was allowed. */
export async function outcomeOf(verdict: ReturnType<VerifyToken>): Promise<string> {
  const step = await verdict;
  return step.ok ? `${step.value.token.method} ${step.value.cache}` : step.stop.reason;
}
