import type { AuthzRequest, RequestHeaders } from '../request.ts';

/** A request that is asked about, with names of the wire. What is left out is as in a plain `GET /`. */
export interface CheckQuestion {
  readonly service?: string | undefined;
  readonly route?: string | undefined;
  readonly host?: string | undefined;
  readonly method?: string | undefined;
  /** With its query, as a client sends it. */
  readonly path?: string | undefined;
  readonly headers?: Readonly<Record<string, string | readonly string[]>> | undefined;
  readonly source_address?: string | undefined;
  /** PEM of the client, URL-encoded or not. */
  readonly certificate?: string | undefined;
}

/** The request as Envoy would describe it. */
export function createRequest(question: CheckQuestion): AuthzRequest {
  const { service, route, method = 'GET', path = '/', source_address: source = '' } = question;
  const headers = readHeaders(question.headers ?? {});
  return {
    method,
    path,
    host: question.host ?? headers.values('host')[0] ?? '',
    scheme: 'https',
    protocol: 'HTTP/1.1',
    headers,
    contextExtensions: nameThose({ service, route }),
    sourceAddress: source,
    peerCertificate: encodeCertificate(question.certificate ?? ''),
    body: null,
  };
}

function encodeCertificate(certificate: string): string {
  return certificate.startsWith('-----BEGIN ') ? encodeURIComponent(certificate) : certificate;
}

function nameThose(names: Readonly<Record<string, string | undefined>>): Map<string, string> {
  const given = Object.entries(names).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return new Map(given);
}

function readHeaders(headers: NonNullable<CheckQuestion['headers']>): RequestHeaders {
  const byName = new Map<string, readonly string[]>();
  for (const [name, value] of Object.entries(headers)) {
    const key = name.toLowerCase();
    const values = typeof value === 'string' ? [value] : value;
    byName.set(key, [...(byName.get(key) ?? []), ...values]);
  }
  return { values: (name) => byName.get(name) ?? [], names: () => byName.keys() };
}
