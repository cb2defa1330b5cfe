import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { Agent, EnvHttpProxyAgent, Pool, type Dispatcher } from 'undici';
import type { Secret } from '../lib/secret.ts';
import type {
  ClientCertificate,
  ProviderClient,
  ProxyOptions,
  TlsOptions,
} from './provider-options.ts';

const maxBodyBytes = 1024 * 1024;
const maxHeaderBytes = 16 * 1024;
/** A scheme may be written in either case (RFC 3986 section 3.1). */
const secureUrl = /^https:/i;
/** Beyond the calls that the limiter admits: discovery and keys. */
const spareConnections = 2;

export interface ConnectionOptions {
  readonly timeoutMs: number;
  readonly maxConcurrentCalls: number;
  readonly client: ProviderClient | null;
  readonly tls: TlsOptions;
  readonly proxy: ProxyOptions;
}

/** Whose request a connection carries. Only our own client's shows its certificate, if it has one. */
export type Requester = 'own client' | 'anybody';

/** The connections to one provider: directly or through a proxy, every server certificate verified. */
export interface Connections {
  /** What carries a request to this URL. */
  to(url: string, requester: Requester): Dispatcher;
  /** Ends requests under way. */
  destroy(): Promise<void>;
}

/** Connections of one kind: all of them show the same certificate, or none. */
interface Bundle {
  to(url: string): Dispatcher;
  destroy(): Promise<void>;
}

/**
 * With a client certificate there are two bundles: the provider takes whatever comes through a
 * connection that shows it for our client's word (RFC 8705 section 2), the application's own token
 * request included. Throws where a certificate, its key or a proxy's URL cannot be read. Reads no
 * environment.
 */
export function openConnections(options: ConnectionOptions): Connections {
  const certificate = certificateOf(options.client);
  const anybodys = openBundle(options, null);
  const own = certificate === null ? anybodys : openBundle(options, certificate);
  return {
    to: (url, requester) => (requester === 'own client' ? own : anybodys).to(url),
    async destroy() {
      await Promise.all([...new Set([anybodys, own])].map((bundle) => bundle.destroy()));
    },
  };
}

function openBundle(options: ConnectionOptions, certificate: ClientCertificate | null): Bundle {
  const { proxy } = options;
  const limits = describeLimits(options);
  const connect = trust(options.tls, certificate);
  if (proxy.http === null && proxy.https === null) {
    const agent = new Agent({ ...limits, connect });
    return { to: () => agent, destroy: () => agent.destroy() };
  }

  // One for each protocol, since the library would send `https:` through the other one's proxy.
  const forHttp = openProxied(proxy.http, options, limits, connect);
  const forHttps = openProxied(proxy.https, options, limits, connect);
  return {
    to: (url) => (secureUrl.test(url) ? forHttps : forHttp),
    async destroy() {
      await Promise.all([forHttp.destroy(), forHttps.destroy()]);
    },
  };
}

function describeLimits({ timeoutMs, maxConcurrentCalls }: ConnectionOptions): Agent.Options {
  return {
    connections: maxConcurrentCalls + spareConnections,
    connectTimeout: timeoutMs,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxHeaderSize: maxHeaderBytes,
    maxResponseSize: maxBodyBytes,
  };
}

function openProxied(
  proxy: Secret | null,
  { proxy: { noProxy }, tls }: ConnectionOptions,
  limits: Agent.Options,
  connect: Trust,
): EnvHttpProxyAgent {
  // An empty text is none; an absent one would be looked up in the environment.
  const url = proxy === null ? '' : readProxyUrl(proxy);
  return new EnvHttpProxyAgent({
    ...limits,
    connect,
    requestTls: connect,
    // The client's certificate proves it to the provider; a proxy has no use for it.
    proxyTls: trust(tls, null),
    httpProxy: url,
    httpsProxy: url,
    noProxy: noProxy.join(','),
    // Pools that the library makes by itself would be without these limits.
    factory: (origin: string | URL, given: object) => new Pool(origin, { ...limits, ...given }),
    clientFactory: (origin: URL, given: object) => new Pool(origin, { ...limits, ...given }),
  });
}

/** The library's error would quote the URL, and with it a password. */
function readProxyUrl(proxy: Secret): string {
  const url = proxy.reveal();
  if (!URL.canParse(url)) throw new Error('the URL of the proxy cannot be read');
  return url;
}

/** The default would be what `NODE_TLS_REJECT_UNAUTHORIZED` says. */
const verified = { rejectUnauthorized: true } as const;

type Trust = typeof verified & { readonly secureContext?: SecureContext };

/** Made once: reading the authorities anew for every connection would take milliseconds. */
function trust({ ca }: TlsOptions, certificate: ClientCertificate | null): Trust {
  if (ca === null && certificate === null) return verified;
  const secureContext = createSecureContext({
    ...(ca === null ? {} : { ca: [...getCACertificates('default'), ca] }),
    ...(certificate === null ? {} : { cert: certificate.cert, key: certificate.key.reveal() }),
  });
  return { ...verified, secureContext };
}

function certificateOf(client: ProviderClient | null): ClientCertificate | null {
  return client !== null && 'certificate' in client ? client.certificate : null;
}
