/** Headers as Envoy received them; names in lower case. */
export interface RequestHeaders {
  /** Every value received under `name`, in order; empty when there is none. */
  values(name: string): readonly string[];
  names(): Iterable<string>;
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
}
