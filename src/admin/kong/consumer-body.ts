import { z } from 'zod';
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
