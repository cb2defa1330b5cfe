import type { ConsumerRecord } from './consumer.ts';

/** Who makes the request, as far as authentication could tell. */
export interface Subject {
  /** Null where the Service lets a token pass without a known Consumer (`consumer_optional`). */
  readonly consumer: ConsumerRecord | null;
  /** The anonymous Consumer stands in for a failed authentication. */
  readonly anonymous: boolean;
  /** Value of `credential_claim`; null without a credential or without such a claim. */
  readonly credentialIdentifier: string | null;
  /** Groups that the identity provider asserts; null = it asserts none at all. */
  readonly authenticatedGroups: readonly string[] | null;
}
