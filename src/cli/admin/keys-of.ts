import type { AdminCall } from '../admin-client/admin-client.ts';
import type { Session } from './session.ts';

type Keys = Pick<AdminCall, 'idempotencyKey' | 'commandKey'>;

/** The `Idempotency-Key` of each of so many writes: no two may have the same. */
export function keysOf({ client, options }: Session, count: number): (at: number) => Keys {
  const commandKey = options.idempotencyKey ?? client.createKey();
  return (at) => ({
    commandKey,
    idempotencyKey: count === 1 ? commandKey : `${commandKey}-${String(at)}`,
  });
}
