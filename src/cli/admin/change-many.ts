import { AdminFailure } from '../admin-client/admin-failure.ts';
import type { Entry } from '../admin-client/admin-client.ts';
import {
  changeRegistrations,
  type ChangedRegistration,
} from '../admin-client/change-registrations.ts';
import { startProgress } from './progress.ts';
import type { Session } from './session.ts';

/** What came of all of them, as far as it went. */
export interface ChangedMany {
  readonly done: readonly ChangedRegistration[];
  /** How many were not reached, and why. */
  readonly left: number;
  readonly failure: AdminFailure | null;
}

/** Small enough that a bar moves, and that an answer comes soon. */
const batchSize = 100;

/** The same step with many registrations, in batches, all of one `Idempotency-Key`. */
export async function changeMany(
  { client, host, options }: Session,
  ids: readonly string[],
  change: Entry,
): Promise<ChangedMany> {
  const done: ChangedRegistration[] = [];
  const progress = startProgress(host, ids.length);
  const idempotencyKey = options.idempotencyKey ?? client.createKey();
  try {
    for (let at = 0; at < ids.length; at += batchSize) {
      const batch = { ids: ids.slice(at, at + batchSize), change, idempotencyKey };
      done.push(...(await changeRegistrations(client, batch)));
      progress.update(done.length);
    }
    return { done, left: 0, failure: null };
  } catch (error) {
    if (!(error instanceof AdminFailure)) throw error;
    return { done, left: ids.length - done.length, failure: error };
  } finally {
    progress.stop();
  }
}
