import type { Clock } from '../lib/clock.ts';
import { halt, pass, type Step } from '../lib/step.ts';
import { explainTrouble, tellUrl } from './explain-trouble.ts';
import { fetchDocument } from './fetch-document.ts';
import type { HttpClient } from './http-client.ts';
import { readOwn } from './parse-json-object.ts';
import type { ProviderMetadata } from './provider-metadata.ts';
import type { ProviderOptions } from './provider-options.ts';
import type { PublicKey } from './public-key.ts';
import { mergeKeys, readKeys, type PublicKeys } from './read-keys.ts';
import { RefetchLimit } from './refetch-limit.ts';
import type { OauthReport } from './report.ts';

/** Keys that one token without `kid` may be tried with. */
const maxCandidates = 8;

/** The provider's own set, then the configured ones in their order. */
export type KeySets = readonly PublicKeys[];

const noKeys: PublicKeys = new Map();

/** A set, or why it could not be had. */
type LoadedSet = Step<PublicKeys, string>;

export interface KeySetDependencies {
  readonly http: HttpClient;
  readonly metadata: ProviderMetadata;
  readonly clock: Clock;
  readonly report: OauthReport;
}

/**
 * A provider's verification keys (RFC 7517), from its own set and from those that are configured
 * besides. The last good set of each stays in force through an outage.
 */
export class KeySet {
  readonly #options: ProviderOptions;
  readonly #deps: KeySetDependencies;
  readonly #limit: RefetchLimit;
  #sets: KeySets;
  #keys: PublicKeys;
  #ownLoaded = false;
  #trouble: string | null = null;

  constructor(options: ProviderOptions, deps: KeySetDependencies, inherited: KeySets | null) {
    this.#options = options;
    this.#deps = deps;
    this.#limit = new RefetchLimit(options.rediscoveryMs, deps.clock, inherited !== null);
    this.#sets = inherited ?? [];
    this.#keys = mergeKeys(this.#sets);
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

  /** Whether the key is still in a set of the provider, by {@link PublicKey.id}. */
  holds(id: string): boolean {
    return this.#keys.has(id);
  }

  /** Fetches again, at most once per interval; tells whether every set at hand is a fresh one. */
  async refetch(): Promise<'fresh' | 'unavailable'> {
    return (await this.#limit.run(() => this.#fetch())) === 'fresh' ? 'fresh' : 'unavailable';
  }

  /** Epoch milliseconds before which no new key can become known. */
  get nextRefetchAt(): number {
    return this.#limit.nextAt;
  }

  /** The sets at hand, for a successor that asks the same provider. */
  get sets(): KeySets {
    return this.#sets;
  }

  /** Whether sets are configured beside the provider's own. */
  get hasExtraSets(): boolean {
    return this.#options.extraJwksUris.length > 0;
  }

  /** Number of keys at hand. */
  get size(): number {
    return this.#keys.size;
  }

  /** Whether the last fetch failed, be it for one set of several. */
  get failing(): boolean {
    return this.#limit.state === 'failed';
  }

  /** Whether the last fetch failed for the provider's own set. */
  get ownFailing(): boolean {
    return this.failing && !this.#ownLoaded;
  }

  /** Why the last fetch failed, for the log; null where it did not. */
  get trouble(): string | null {
    return this.#trouble;
  }

  async #fetch(): Promise<boolean> {
    // After a failure the provider may have moved its keys.
    if (this.failing) await this.#deps.metadata.refresh();
    const loaded = await this.#loadAll();
    this.#ownLoaded = loaded[0]?.ok === true;
    // A set is replaced, never added to: what is not in it any more was withdrawn.
    this.#sets = loaded.map((set, index) => (set.ok ? set.value : (this.#sets[index] ?? noKeys)));
    this.#keys = mergeKeys(this.#sets);
    this.#trouble = loaded.find((set) => !set.ok)?.stop ?? null;
    this.#report(this.#trouble);
    return this.#trouble === null;
  }

  #report(trouble: string | null): void {
    const { name: provider } = this.#options;
    this.#deps.report.keysRefreshed(
      trouble === null
        ? { provider, outcome: 'success' }
        : { provider, outcome: 'failure', detail: trouble },
    );
  }

  /** As {@link KeySets}, each by itself. */
  async #loadAll(): Promise<readonly LoadedSet[]> {
    const { extraJwksUris } = this.#options;
    const own = await this.#deps.metadata.endpoint('jwks');
    const running = new Map<string, Promise<LoadedSet>>();
    const load = (url: string) => {
      const download = running.get(url) ?? this.#download(url);
      running.set(url, download);
      return download;
    };
    const first = typeof own === 'string' ? this.#withoutOwn(own) : load(own.url);
    return Promise.all([first, ...extraJwksUris.map(load)]);
  }

  /** That the provider publishes no keys is no failure where others are configured. */
  #withoutOwn(why: 'none' | 'unknown'): LoadedSet {
    if (why === 'unknown') {
      return halt(explainTrouble('discovery failed', this.#deps.metadata.trouble));
    }
    const hadSome = (this.#sets[0]?.size ?? 0) > 0;
    if (!hadSome && this.hasExtraSets) return pass(noKeys);
    return halt('the provider has no usable jwks_uri');
  }

  async #download(url: string): Promise<LoadedSet> {
    const document = await fetchDocument(this.#deps.http, {
      operation: 'jwks',
      url,
      accept: 'application/jwk-set+json, application/json',
      signal: AbortSignal.timeout(this.#options.timeoutMs),
    });
    if (!document.ok) return halt(document.stop.why);
    const keys = await readKeys(readOwn(document.value, 'keys'));
    return keys === null ? halt(`${tellUrl(url)} has no list of keys`) : pass(keys);
  }
}
