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
/** Beyond the calls that the limiter admits: discovery and keys. */
const spareConnections = 2;

export interface ConnectionOptions {
  readonly timeoutMs: number;
  readonly maxConcurrentCalls: number;
  readonly client: ProviderClient | null;
  readonly tls: TlsOptions;
  readonly proxy: ProxyOptions;
}

/** The connections to one provider: directly or through a proxy, every server certificate verified. */
export interface Connections {
  /** What carries a request to this URL. */
  to(url: string): Dispatcher;
  /** Ends requests under way. */
  destroy(): Promise<void>;
}

/** Throws where a certificate, its key or a proxy's URL cannot be read. Reads no environment. */
export function openConnections(options: ConnectionOptions): Connections {
  const { proxy } = options;
  const settings = describeConnections(options);
  if (proxy.http === null && proxy.https === null) {
    const agent = new Agent(settings);
    return { to: () => agent, destroy: () => agent.destroy() };
  }

  // One for each protocol, since the library would send `https:` through the other one's proxy.
  const forHttp = openProxied(proxy.http, options, settings);
  const forHttps = openProxied(proxy.https, options, settings);
  return {
    to: (url) => (url.startsWith('https:') ? forHttps : forHttp),
    async destroy() {
      await Promise.all([forHttp.destroy(), forHttps.destroy()]);
    },
  };
}

function describeConnections({ timeoutMs, ...options }: ConnectionOptions): Agent.Options {
  return {
    connections: options.maxConcurrentCalls + spareConnections,
    connectTimeout: timeoutMs,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxHeaderSize: maxHeaderBytes,
    maxResponseSize: maxBodyBytes,
    connect: trust(options.tls, certificateOf(options.client)),
  };
}

function openProxied(
  proxy: Secret | null,
  { proxy: { noProxy }, tls }: ConnectionOptions,
  { connect, ...limits }: Agent.Options,
): EnvHttpProxyAgent {
  // An empty text is none; an absent one would be looked up in the environment.
  const url = proxy === null ? '' : readProxyUrl(proxy);
  return new EnvHttpProxyAgent({
    ...limits,
    ...(typeof connect === 'object' ? { connect, requestTls: connect } : {}),
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

/** Made once: reading the authorities anew for every connection would take milliseconds. */
function trust(
  { ca }: TlsOptions,
  certificate: ClientCertificate | null,
): { readonly secureContext?: SecureContext } {
  if (ca === null && certificate === null) return {};
  const secureContext = createSecureContext({
    ...(ca === null ? {} : { ca: [...getCACertificates('default'), ca] }),
    ...(certificate === null ? {} : { cert: certificate.cert, key: certificate.key.reveal() }),
  });
  return { secureContext };
}

function certificateOf(client: ProviderClient | null): ClientCertificate | null {
  return client !== null && 'certificate' in client ? client.certificate : null;
}
