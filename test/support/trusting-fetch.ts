import { readFileSync } from 'node:fs';
import { Agent, fetch } from 'undici';
import type { CertificateFiles } from './certificates.ts';

/** A provider: its issuer, or what `startOidcProvider` gives, which tells whom to trust. */
export type Issuer = string | { readonly issuer: string; readonly caFile: string | null };

interface FetchInit {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: URLSearchParams | string | null | undefined;
  readonly redirect?: 'follow' | 'manual' | 'error';
  readonly signal?: AbortSignal | null | undefined;
}

export interface TrustingFetch {
  /** Of the provider. */
  readonly url: string;
  readonly fetch: (url: string, init?: FetchInit) => Promise<Response>;
  readonly close: () => Promise<void>;
}

/** A `fetch` that trusts the provider's authority and shows a certificate, if there is one. */
export function openFetch(issuer: Issuer, certificate?: CertificateFiles): TrustingFetch {
  const { issuer: url, caFile } = typeof issuer === 'string' ? { issuer, caFile: null } : issuer;
  const agent = new Agent({
    connect: {
      ...(caFile === null ? {} : { ca: readFileSync(caFile) }),
      ...(certificate === undefined
        ? {}
        : { cert: readFileSync(certificate.certFile), key: readFileSync(certificate.keyFile) }),
    },
  });
  return {
    url,
    // Node's own fetch takes no agent of another release of undici.
    fetch: async (target, { body = null, signal = null, ...init } = {}) => {
      const answer = await fetch(target, { ...init, body, signal, dispatcher: agent });
      const { status, headers } = answer;
      const text = answer.body === null ? null : await answer.text();
      return new Response(text, { status, headers: [...headers] });
    },
    close: () => agent.close(),
  };
}
