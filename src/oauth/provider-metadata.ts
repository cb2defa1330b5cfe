import type { Clock } from '../lib/clock.ts';
import { halt, type Step } from '../lib/step.ts';
import { discoveryUrls, isUsableUrl } from './discovery-urls.ts';
import { excerpt, tellUrl } from './explain-trouble.ts';
import { fetchDocument, type Miss } from './fetch-document.ts';
import type { HttpClient } from './http-client.ts';
import { isJsonObject, readOwn } from './parse-json-object.ts';
import type { ProviderOptions } from './provider-options.ts';
import { RefetchLimit } from './refetch-limit.ts';

export type EndpointName = 'jwks' | 'introspection' | 'token';

const memberNames = {
  jwks: 'jwks_uri',
  introspection: 'introspection_endpoint',
  token: 'token_endpoint',
} as const satisfies Record<EndpointName, string>;

type Asker = 'own client' | 'application';

/** An endpoint's URL; `none` = the provider has no such endpoint; `unknown` = it could not be asked. */
export type Endpoint = { readonly url: string } | 'none' | 'unknown';

/** Members of a metadata document whose issuer was judged. */
export type MetadataMembers = Readonly<Record<string, unknown>>;

/** `foreign`: a document that speaks for another issuer. */
type MetadataMiss = Miss | { readonly kind: 'foreign'; readonly why: string };

/** What the provider says of itself (RFC 8414, OpenID Connect Discovery 1.0), kept through outages. */
export class ProviderMetadata {
  readonly #options: ProviderOptions;
  readonly #http: HttpClient;
  readonly #limit: RefetchLimit;
  readonly #issuers: ReadonlySet<string>;
  #members: MetadataMembers | null;
  #trouble: string | null = null;

  constructor(
    options: ProviderOptions,
    deps: { readonly http: HttpClient; readonly clock: Clock },
    inherited: MetadataMembers | null,
  ) {
    this.#options = options;
    this.#http = deps.http;
    this.#limit = new RefetchLimit(options.rediscoveryMs, deps.clock, inherited !== null);
    this.#members = inherited;
    this.#issuers = new Set([options.issuer, ...options.issuersAllowed]);
  }

  /**
   * As far as it is known now, without asking; `asker` is whose request it is for, since our own
   * client may have endpoints apart from those of others (RFC 8705 section 5).
   */
  known(name: EndpointName, asker: Asker = 'own client'): Endpoint {
    const written = this.#options.endpoints[name];
    if (written !== null) return { url: written };
    if (this.#options.discovery === null) return 'none';
    if (this.#members === null) return 'unknown';
    const alias = asker === 'own client' ? this.#aliasOf(name) : undefined;
    const found = alias ?? readOwn(this.#members, memberNames[name]);
    if (typeof found !== 'string') return 'none';
    if (!isUsableUrl(found, this.#options.allowInsecure)) return 'none';
    // Whoever looks at its scheme or host finds them in lower case.
    return { url: new URL(found).href };
  }

  /** Asks for the metadata where they are needed and were never had. */
  async endpoint(name: EndpointName, asker: Asker = 'own client'): Promise<Endpoint> {
    const known = this.known(name, asker);
    if (known !== 'unknown') return known;
    await this.refresh();
    return this.known(name, asker);
  }

  /** Fetches again, at most once per interval; the last good metadata stay when that fails. */
  async refresh(): Promise<void> {
    if (this.#options.discovery === null) return;
    await this.#limit.run(() => this.#fetch());
  }

  /** The document at hand, for a successor that asks the same provider. */
  get members(): MetadataMembers | null {
    return this.#members;
  }

  /** Whether the last fetch failed. */
  get failing(): boolean {
    return this.#limit.state === 'failed';
  }

  /** Why the last fetch failed, for the log; null where it did not. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /**
   * RFC 8705 section 5: where a provider takes certificates at hosts of their own. They matter to a
   * client that proves itself by one, and only where it does so.
   */
  #aliasOf(name: EndpointName): unknown {
    const { client } = this.#options;
    if (client === null || !('certificate' in client) || name === 'jwks') return undefined;
    const aliases = readOwn(this.#members ?? {}, 'mtls_endpoint_aliases');
    return isJsonObject(aliases) ? readOwn(aliases, memberNames[name]) : undefined;
  }

  async #fetch(): Promise<boolean> {
    const signal = AbortSignal.timeout(this.#options.timeoutMs);
    const written = this.#options.discovery?.url ?? null;
    const urls = written === null ? discoveryUrls(this.#options.issuer) : [written];
    const misses: MetadataMiss[] = [];
    for (const url of urls) {
      const found = await this.#ask(url, signal);
      if (found.ok) {
        this.#members = found.value;
        this.#trouble = null;
        return true;
      }
      misses.push(found.stop);
      if (found.stop.kind === 'outage') break;
    }
    this.#trouble = tellMisses(misses);
    return false;
  }

  async #ask(url: string, signal: AbortSignal): Promise<Step<MetadataMembers, MetadataMiss>> {
    const request = { operation: 'discovery', url, accept: 'application/json', signal } as const;
    const found = await fetchDocument(this.#http, request);
    if (!found.ok) return found;
    // RFC 8414 section 3.3: a document that speaks for another issuer must not be used.
    const issuer = readOwn(found.value, 'issuer');
    if (typeof issuer === 'string' && this.#issuers.has(issuer)) return found;
    const said =
      typeof issuer === 'string'
        ? `says its issuer is "${excerpt(issuer)}", not "${excerpt(this.#options.issuer)}"`
        : 'names no issuer';
    return halt({ kind: 'foreign', why: `${tellUrl(url)} ${said}` });
  }
}

/** Of several places the one that tells most: a document that is there, an outage, the likeliest. */
function tellMisses(misses: readonly MetadataMiss[]): string | null {
  const telling =
    misses.find(({ kind }) => kind === 'foreign') ??
    misses.find(({ kind }) => kind === 'outage') ??
    misses[0];
  if (telling === undefined) return null;
  const elsewhere = telling.kind === 'absent' && misses.length > 1;
  return elsewhere ? `${telling.why}; nor is it in any other usual place` : telling.why;
}
