import { z } from 'zod';
import type { ConsumerEntity } from '../../registry/entities.ts';
import type { ConsumerDraft, ConsumerKey } from '../../registry/ports.ts';
import { isUuid, optionalText, rateLimit, tags, timestamps, uuid } from '../http/fields.ts';

export const consumerBody = z.strictObject({
  id: uuid.optional(),
  username: optionalText,
  custom_id: optionalText,
  tags,
  identity_provider: optionalText,
  rate_limit: rateLimit,
  ...timestamps,
});

export type ConsumerBody = z.output<typeof consumerBody>;

export const nameless = "at least one of these fields must be non-empty: 'custom_id', 'username'";

/** What a body sets; what it does not name stays undefined. */
export function readConsumer(body: ConsumerBody): ConsumerDraft {
  return {
    username: body.username,
    customId: body.custom_id,
    tags: body.tags,
    identityProvider: body.identity_provider,
    rateLimit: body.rate_limit,
  };
}

/** A piece of a path that names a Consumer: a UUID is its id, anything else its username. */
export function readConsumerKey(piece: string): ConsumerKey {
  return isUuid(piece)
    ? { by: 'id', value: piece.toLowerCase() }
    : { by: 'username', value: piece };
}

/** Kong's Consumer; our own fields only where they say something. */
export function writeConsumer(entity: ConsumerEntity): object {
  const { rateLimit: limit, identityProvider } = entity;
  return {
    id: entity.id,
    username: entity.username,
    custom_id: entity.customId,
    tags: writeTags(entity.tags),
    ...writeTimes(entity),
    ...(identityProvider !== null && { identity_provider: identityProvider }),
    ...(limit !== null && {
      rate_limit: { requests_per_unit: limit.requestsPerUnit, unit: limit.unit },
    }),
  };
}

export function writeTags(list: readonly string[]): readonly string[] | null {
  return list.length === 0 ? null : list;
}

/** Kong's times: seconds since the epoch. */
export function writeTimes(entity: { readonly createdAt: number; readonly updatedAt: number }) {
  return {
    created_at: Math.floor(entity.createdAt / 1000),
    updated_at: Math.floor(entity.updatedAt / 1000),
  };
}
