import { randomUUID } from 'node:crypto';
import { hashToken } from '../../src/registry/revocation.ts';
import type { RevocationDraft } from '../../src/registry/ports.ts';
import { createRedisRegistry } from '../../src/store/redis/registry/redis-registry.ts';
import type { TestRedis } from './redis.ts';
import { keyPrefix } from './world-config.ts';
import { eventually } from './world.ts';

/** Revokes something in the Redis of a world, as the Admin API does. */
export async function revokeIn(
  { connection }: Pick<TestRedis, 'connection'>,
  draft: RevocationDraft,
): Promise<void> {
  const registry = createRedisRegistry({ connection, keyPrefix });
  registry.start();
  try {
    const context = { actor: 'test', operationId: randomUUID() };
    await eventually(
      () => registry.revocations.create(draft, context),
      ({ ok }) => ok,
    );
  } finally {
    registry.stop();
  }
}

/** A token, whenever it was issued. */
export function tokenDraft(token: string): RevocationDraft {
  return { kind: 'token', subject: hashToken(token), issuer: null, endsAt: null };
}
