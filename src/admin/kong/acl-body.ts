import { z } from 'zod';
import type { AclKey, ConsumerKey } from '../../registry/ports.ts';
import { isUuid, tags, text, timestamps, uuid } from '../http/fields.ts';
import { readConsumerKey } from './consumer-body.ts';

const consumerLink = z.strictObject({ id: text.optional(), username: text.nullish() });

export const aclBody = z.strictObject({
  id: uuid.optional(),
  group: text.optional(),
  tags,
  consumer: consumerLink.optional(),
  ...timestamps,
});

export type AclBody = z.output<typeof aclBody>;

/** A piece of a path that names a membership: a UUID is its id, anything else the group. */
export function readAclKey(piece: string): AclKey {
  return isUuid(piece) ? { by: 'id', value: piece.toLowerCase() } : { by: 'group', value: piece };
}

/** The Consumer that a body names; null = none. */
export function readAclConsumer({ consumer }: AclBody): ConsumerKey | null {
  if (consumer?.id !== undefined) return readConsumerKey(consumer.id);
  const username = consumer?.username ?? null;
  return username === null ? null : { by: 'username', value: username };
}
