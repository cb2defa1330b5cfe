import { attempts, type AdminClient, type Entry } from './admin-client.ts';

/** What came of one registration of many: 200 with it, or another status with the error. */
export interface ChangedRegistration {
  readonly id: string;
  readonly status: number;
  readonly registration?: Entry;
  readonly error?: Entry;
}

/** One request for many: at most 1000 ids. */
export interface RegistrationsChange {
  readonly ids: readonly string[];
  /** `status`, `suspended`, `note`. */
  readonly change: Entry;
  readonly idempotencyKey: string;
}

/**
 * Takes the same step with many registrations. Those whose outcome the store did not tell are sent
 * again with the same key, a few times.
 */
export async function changeRegistrations(
  client: AdminClient,
  { ids, change, idempotencyKey }: RegistrationsChange,
): Promise<readonly ChangedRegistration[]> {
  const results = new Map<string, ChangedRegistration>();
  let open = ids;
  for (let attempt = 1; open.length > 0 && attempt <= attempts; attempt += 1) {
    if (attempt > 1) await client.pause(attempt - 1);
    const { body } = await client.send({
      method: 'PATCH',
      path: ['registrations'],
      body: { ...change, ids: open },
      idempotencyKey,
      roles: 'admin or approver',
    });
    const data = Array.isArray(body['data']) ? (body['data'] as ChangedRegistration[]) : [];
    for (const result of data) results.set(result.id, result);
    open = data.filter(isUnknown).map(({ id }) => id);
  }
  return [...results.values()];
}

function isUnknown({ status, error }: ChangedRegistration): boolean {
  return status === 503 && error?.['name'] === 'outcome_unknown';
}
