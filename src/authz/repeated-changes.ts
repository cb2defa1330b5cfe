import type { ConsumerRecord } from './consumer.ts';
import type { Credential } from './credentials/credential.ts';
import type { HeaderChanges } from './decision.ts';
import type { HiddenCredential } from './identity-headers.ts';
import type { Permit } from './permit.ts';
import type { Policy } from './policy.ts';
import type { Trail } from './trail.ts';

/** All that the changes of a request depend on, where nothing of the request itself is in them. */
interface Circumstances {
  readonly policy: Policy;
  readonly groups: string | null;
  readonly groupsHeader: Permit['groups']['header'];
  readonly credentialIdentifier: string | null;
  /** Header that the credential stood in, which is taken away; null where it stays. */
  readonly hiddenHeader: string | null;
  readonly clientId: string | null;
  readonly issuer: string;
  readonly method: string;
}

interface Repeated {
  readonly circumstances: Circumstances;
  readonly changes: HeaderChanges;
}

/** Services and credentials that one Consumer is remembered with; then the oldest is forgotten. */
const maxPerConsumer = 8;

// By record: a Consumer that was changed is another record, and is met anew.
const byConsumer = new WeakMap<ConsumerRecord, Repeated[]>();

/** Who is let through, and by what; see {@link readCircumstances}. */
export interface Passing {
  readonly permit: Permit;
  readonly policy: Policy;
  readonly used: Credential;
  readonly hidden: HiddenCredential | null;
  readonly trail: Trail;
}

/**
 * The circumstances of a request in whose changes nothing is its own: a Consumer that is known here,
 * a credential in a header. Null for any other.
 */
export function readCircumstances(passing: Passing): Circumstances | null {
  const { permit, policy, used, hidden, trail } = passing;
  const { subject, groups } = permit;
  const { token, clientId } = trail;
  if (token === null || subject === null || subject.anonymous) return null;
  if (used.place.kind !== 'header' || !isOfHeaderAlone(hidden)) return null;
  return {
    policy,
    groups: groups.header === 'none' ? null : groups.value,
    groupsHeader: groups.header,
    credentialIdentifier: subject.credentialIdentifier,
    hiddenHeader: hidden === null ? null : used.place.name,
    clientId,
    issuer: token.issuer,
    method: token.method,
  };
}

/** Not a cookie that was rewritten, a query argument, or the proof beside a token. */
function isOfHeaderAlone(hidden: HiddenCredential | null): boolean {
  if (hidden === null) return true;
  const { setHeaders, removeHeaders, removeQuery } = hidden;
  return setHeaders.length === 0 && removeQuery.length === 0 && removeHeaders.length === 1;
}

/**
 * The changes of the last request in the same circumstances, the very same object; `make` makes
 * those of the first. Never a decision: a permit is minted for each request.
 */
export function repeatChanges(
  consumer: ConsumerRecord,
  circumstances: Circumstances,
  make: () => HeaderChanges,
): HeaderChanges {
  const known = byConsumer.get(consumer) ?? [];
  const same = known.find((one) => isSame(one.circumstances, circumstances));
  if (same !== undefined) return same.changes;
  const changes = make();
  known.unshift({ circumstances, changes });
  if (known.length > maxPerConsumer) known.pop();
  if (known.length === 1) byConsumer.set(consumer, known);
  return changes;
}

function isSame(one: Circumstances, other: Circumstances): boolean {
  return (
    one.policy === other.policy &&
    one.clientId === other.clientId &&
    one.credentialIdentifier === other.credentialIdentifier &&
    one.groups === other.groups &&
    one.groupsHeader === other.groupsHeader &&
    one.hiddenHeader === other.hiddenHeader &&
    one.issuer === other.issuer &&
    one.method === other.method
  );
}
