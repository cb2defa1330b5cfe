/** What an HTTP call to a provider came to; a closed set, since it is a metric label. */
export type CallOutcome =
  | 'success'
  | 'redirect'
  | 'http_4xx'
  | 'http_429'
  | 'http_5xx'
  | 'timeout'
  | 'connection'
  | 'too_large'
  | 'protocol';

export type CallOperation = 'discovery' | 'jwks' | 'introspection' | 'token';

/** What this folder tells about itself; none of the methods may throw. */
export interface OauthReport {
  readonly providerRequested: (event: {
    readonly provider: string;
    readonly operation: CallOperation;
    readonly outcome: CallOutcome;
    readonly ms: number;
  }) => void;
  readonly keysRefreshed: (event: {
    readonly provider: string;
    readonly outcome: 'success' | 'failure';
    /** Why it failed, as far as that is known. */
    readonly detail?: string;
  }) => void;
  readonly circuitChanged: (event: {
    readonly provider: string;
    readonly state: 'closed' | 'half_open' | 'open';
  }) => void;
  readonly cacheAsked: (event: {
    readonly cache: 'token' | 'token_negative' | 'credential' | 'credential_negative';
    readonly result: 'hit' | 'miss' | 'stale';
  }) => void;
}
