/**
 * The messages of proto/ as proto-loader gives and takes them. What is received may lack any field,
 * whatever the peer is, so every field read is optional.
 */

export interface HeaderValueMessage {
  readonly key?: string;
  readonly value?: string;
  readonly raw_value?: Uint8Array;
}

export interface AddressMessage {
  readonly socket_address?: { readonly address?: string; readonly port_value?: number } | null;
  readonly pipe?: { readonly path?: string } | null;
}

export interface PeerMessage {
  readonly address?: AddressMessage | null;
  readonly principal?: string;
  readonly certificate?: string;
}

export interface HttpRequestMessage {
  readonly id?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>> | null;
  readonly header_map?: { readonly headers?: readonly HeaderValueMessage[] | null } | null;
  readonly path?: string;
  readonly host?: string;
  readonly scheme?: string;
  readonly protocol?: string;
  readonly body?: string;
  readonly raw_body?: Uint8Array;
}

/** `envoy.service.auth.v3.CheckRequest`. */
export interface CheckRequestMessage {
  readonly attributes?: {
    readonly source?: PeerMessage | null;
    readonly destination?: PeerMessage | null;
    readonly request?: { readonly http?: HttpRequestMessage | null } | null;
    readonly context_extensions?: Readonly<Record<string, string>> | null;
    readonly tls_session?: { readonly sni?: string } | null;
  } | null;
}

/** `append` is written for `response_headers_to_add` alone: see {@link OkHttpResponseMessage}. */
export interface HeaderValueOptionMessage {
  readonly append?: { readonly value: true };
  readonly header: { readonly key: string; readonly value: string };
  readonly append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' | 'APPEND_IF_EXISTS_OR_ADD';
  readonly keep_empty_value?: boolean;
}

export interface DeniedHttpResponseMessage {
  readonly status: { readonly code: number };
  readonly headers: readonly HeaderValueOptionMessage[];
  readonly body: string;
}

export interface OkHttpResponseMessage {
  readonly headers: readonly HeaderValueOptionMessage[];
  readonly headers_to_remove: readonly string[];
  /** Appended; the action for that is 0, which is not on the wire, and alone would say nothing. */
  readonly response_headers_to_add?: readonly HeaderValueOptionMessage[];
  readonly query_parameters_to_remove?: readonly string[];
}

/** `google.protobuf.Value`; its fields keep the names that protobufjs bundles. */
export type ValueMessage =
  | { readonly stringValue: string }
  | { readonly numberValue: number }
  | { readonly structValue: StructMessage }
  | { readonly listValue: { readonly values: readonly ValueMessage[] } };

export interface StructMessage {
  readonly fields: Readonly<Record<string, ValueMessage>>;
}

/** `envoy.service.auth.v3.CheckResponse`; `status` is required here, since its absence means OK. */
export interface CheckResponseMessage {
  /** The very same message is sent again, so that its bytes are worth keeping; not on the wire. */
  readonly repeats?: true;
  readonly status: { readonly code: number };
  readonly denied_response?: DeniedHttpResponseMessage;
  readonly ok_response?: OkHttpResponseMessage;
  readonly error_response?: DeniedHttpResponseMessage;
  readonly dynamic_metadata?: StructMessage;
}
