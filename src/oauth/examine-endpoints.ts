import { tellUrl } from './explain-trouble.ts';
import { HttpFault, type HttpClient, type HttpRequest } from './http-client.ts';
import type { ProviderMetadata } from './provider-metadata.ts';

/** What came of a call to one endpoint. */
export interface ExaminedEndpoint {
  readonly name: 'jwks' | 'introspection' | 'token';
  /** Without what may be a secret in it. */
  readonly url: string;
  /** Status of the answer, whatever it is; null = there was none. */
  readonly status: number | null;
  /** Why there was no answer. */
  readonly fault: string | null;
  /** The provider's time by its `Date` header (RFC 9110 section 6.6.1), epoch milliseconds. */
  readonly date: number | null;
}

const names = ['jwks', 'introspection', 'token'] as const;

/**
 * Asks each endpoint that is known: keys are fetched; the others get an empty form without credentials,
 * which the right ones refuse (RFC 6749 section 5.2). An error status is an answer, too.
 */
export async function examineEndpoints(
  { http, metadata }: { readonly http: HttpClient; readonly metadata: ProviderMetadata },
  signal: AbortSignal,
): Promise<readonly ExaminedEndpoint[]> {
  const examined = await Promise.all(
    names.map(async (name) => {
      const endpoint = await metadata.endpoint(name);
      return typeof endpoint === 'string' ? null : examine(name, endpoint.url, http, signal);
    }),
  );
  return examined.filter((endpoint) => endpoint !== null);
}

async function examine(
  name: ExaminedEndpoint['name'],
  url: string,
  http: HttpClient,
  signal: AbortSignal,
): Promise<ExaminedEndpoint> {
  const about = { name, url: tellUrl(url) };
  try {
    const { status, headers: received } = await http.send(name, url, { ...ask(name), signal });
    const date = Date.parse(received.get('date') ?? '');
    return { ...about, status, fault: null, date: Number.isNaN(date) ? null : date };
  } catch (error) {
    if (!(error instanceof HttpFault)) throw error;
    const fault = error.code === null ? error.outcome : `${error.outcome} (${error.code})`;
    return { ...about, status: null, fault, date: null };
  }
}

function ask(name: ExaminedEndpoint['name']): Omit<HttpRequest, 'signal'> {
  const headers = { accept: 'application/json' };
  if (name === 'jwks') return { method: 'GET', headers };
  const form = { ...headers, 'content-type': 'application/x-www-form-urlencoded' };
  return { method: 'POST', headers: form, body: '', requester: 'own client' };
}
