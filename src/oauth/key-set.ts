import type { Clock } from '../lib/clock.ts';
import { HttpFault, type HttpClient } from './http-client.ts';
import { readOwn } from './parse-json-object.ts';
import type { ProviderMetadata } from './provider-metadata.ts';
import type { ProviderOptions } from './provider-options.ts';
import { readPublicKey, type PublicKey } from './public-key.ts';
import { readJsonAnswer } from './read-json-answer.ts';
import { RefetchLimit } from './refetch-limit.ts';
import type { OauthReport } from './report.ts';

/** Keys of one set beyond this number are not looked at. */
const maxKeys = 100;
/** Keys that one token without `kid` may be tried with. */
const maxCandidates = 8;

/** By {@link PublicKey.id}. */
export type PublicKeys = ReadonlyMap<string, PublicKey>;

export interface KeySetDependencies {
  readonly http: HttpClient;
  readonly metadata: ProviderMetadata;
  readonly clock: Clock;
  readonly report: OauthReport;
}

/** A provider's verification keys (RFC 7517). The last good set stays in force through an outage. */
export class KeySet {
  readonly #options: ProviderOptions;
  readonly #deps: KeySetDependencies;
  readonly #limit: RefetchLimit;
  #keys: PublicKeys;

  constructor(options: ProviderOptions, deps: KeySetDependencies, inherited: PublicKeys | null) {
    this.#options = options;
    this.#deps = deps;
    this.#limit = new RefetchLimit(options.rediscoveryMs, deps.clock, inherited !== null);
    this.#keys = inherited ?? new Map<string, PublicKey>();
  }

  /** Keys that may have signed a token with this header; without a `kid`, all that fit `alg`. */
  find(alg: string, kid: string | null): readonly PublicKey[] {
    const fitting: PublicKey[] = [];
    for (const key of this.#keys.values()) {
      if (!key.algorithms.has(alg) || (kid !== null && key.kid !== kid)) continue;
      if (fitting.push(key) === maxCandidates) break;
    }
    return fitting;
  }

  /** Whether the key is still in the provider's set, by {@link PublicKey.id}. */
  holds(id: string): boolean {
    return this.#keys.has(id);
  }

  /** Fetches again, at most once per interval; tells whether the set at hand is a fresh one. */
  async refetch(): Promise<'fresh' | 'unavailable'> {
    return (await this.#limit.run(() => this.#fetch())) === 'fresh' ? 'fresh' : 'unavailable';
  }

  /** Epoch milliseconds before which no new key can become known. */
  get nextRefetchAt(): number {
    return this.#limit.nextAt;
  }

  /** The set at hand, for a successor that asks the same provider. */
  get keys(): PublicKeys {
    return this.#keys;
  }

  /** Whether the last fetch failed. */
  get failing(): boolean {
    return this.#limit.state === 'failed';
  }

  async #fetch(): Promise<boolean> {
    // After a failure the provider may have moved its keys.
    if (this.failing) await this.#deps.metadata.refresh();
    const keys = await this.#download();
    // The set is replaced, never added to: what is not in it any more was withdrawn.
    if (keys !== null) this.#keys = keys;
    const outcome = keys === null ? 'failure' : 'success';
    this.#deps.report.keysRefreshed({ provider: this.#options.name, outcome });
    return keys !== null;
  }

  async #download(): Promise<PublicKeys | null> {
    const endpoint = await this.#deps.metadata.endpoint('jwks');
    if (typeof endpoint === 'string') return null;
    try {
      const response = await this.#deps.http.send('jwks', endpoint.url, {
        method: 'GET',
        headers: { accept: 'application/jwk-set+json, application/json' },
        signal: AbortSignal.timeout(this.#options.timeoutMs),
      });
      const document = await readJsonAnswer(response);
      return document === null ? null : readKeys(readOwn(document, 'keys'));
    } catch (error) {
      if (error instanceof HttpFault) return null;
      throw error;
    }
  }
}

/** Null where the document has no list of keys: then it is no key set. An empty list is one. */
function readKeys(list: unknown): PublicKeys | null {
  if (!Array.isArray(list)) return null;
  const keys = new Map<string, PublicKey>();
  for (const jwk of list.slice(0, maxKeys)) {
    const key = readPublicKey(jwk);
    if (key !== null) keys.set(key.id, key);
  }
  return keys;
}
