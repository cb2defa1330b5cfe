/** Headers as Envoy received them; names in lower case. */
export interface RequestHeaders {
  /** Every value received under `name`, in order; empty when there is none. */
  values(name: string): readonly string[];
  names(): Iterable<string>;
}

/** A body as Envoy buffered it. */
export interface RequestBody {
  /** Cut at `max_request_bytes`. */
  readonly partial: boolean;
  /** Null where it is not UTF-8. Decoded on each call. */
  text(): string | null;
}

/** The checked HTTP request: `envoy.service.auth.v3.AttributeContext`, as far as steps read it. */
export interface AuthzRequest {
  readonly method: string;
  /** As received, with the query, not decoded. Never to be parsed as a URL. */
  readonly path: string;
  /** As received: any case, may carry a port. */
  readonly host: string;
  readonly scheme: string;
  readonly protocol: string;
  readonly headers: RequestHeaders;
  /** Set in Envoy per route; the caller cannot reach it. */
  readonly contextExtensions: ReadonlyMap<string, string>;
  /** Address of the downstream peer, empty when unknown. */
  readonly sourceAddress: string;
  /** URL-encoded PEM; empty without mTLS or without `include_peer_certificate`. */
  readonly peerCertificate: string;
  /** Null unless Envoy has `with_request_body`. */
  readonly body: RequestBody | null;
}
