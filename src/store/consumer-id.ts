import { v5 as uuidFromName } from 'uuid';

/** Namespace of the ids of Consumers that came without one (RFC 9562 section 5.5). */
const namespace = '6a0f4c1e-5f0b-4b0e-9d3c-7f1c2a94e5d1';

/**
 * The same id for the same Consumer on every replica and at every import. `attempt` gives another
 * one where the first is taken by a Consumer that has changed its `custom_id` since.
 */
export function deriveConsumerId(
  customId: string | null,
  username: string | null,
  attempt = 0,
): string {
  const name = customId === null ? `username:${username ?? ''}` : `custom_id:${customId}`;
  return uuidFromName(attempt === 0 ? name : `${name}#${String(attempt)}`, namespace);
}

/** The same for what belongs to a Consumer and came without an id, its application as well. */
export function derivePartId(
  consumerId: string,
  kind: 'acl' | 'registration' | 'application',
  name: string,
): string {
  return uuidFromName(`${kind}:${consumerId}:${name}`, namespace);
}
