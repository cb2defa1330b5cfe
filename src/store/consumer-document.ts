import { z } from 'zod';
import { createConsumerRecord } from '../authz/consumer-record.ts';
import {
  registrationStatuses,
  type ConsumerRecord,
  type RateLimit,
  type Registration,
} from '../authz/consumer.ts';
import { applicationUsername } from '../registry/change-application.ts';
import { checkName } from '../registry/check-fields.ts';
import type { DeclaredApplication } from '../registry/declare-application.ts';
import { applicationSchema } from './application-schema.ts';
import { deriveConsumerId } from './consumer-id.ts';

/** One declared Consumer, read and checked. */
export interface ConsumerEntry {
  readonly record: ConsumerRecord;
  /** False where the id was derived, so that an existing Consumer may keep its own. */
  readonly ownId: boolean;
  /** What owns the Consumer, and hides it from lists of Consumers; null = nothing. */
  readonly application: DeclaredApplication | null;
}

const name = z.string().min(1);
const optionalName = name.nullish().transform((value) => value ?? null);

const registrationSchema = z
  .strictObject({
    service: name,
    status: z.enum([...registrationStatuses, 'suspended']),
    suspended: z.boolean().optional(),
  })
  .refine((entry) => entry.status !== 'suspended' || entry.suspended !== false, {
    message: 'status suspended contradicts suspended: false',
    path: ['suspended'],
  });

const rateLimitSchema = z
  .strictObject({
    requests_per_unit: z.int().min(1).max(4_294_967_295),
    unit: z.enum(['second', 'minute', 'hour', 'day']),
  })
  .transform((limit): RateLimit => ({
    requestsPerUnit: limit.requests_per_unit,
    unit: limit.unit,
  }));

const fields = z.strictObject({
  id: z
    .guid()
    .transform((id) => id.toLowerCase())
    .nullish(),
  username: optionalName,
  custom_id: optionalName,
  identity_provider: optionalName,
  tags: z.array(name).nullish(),
  acls: z.array(z.strictObject({ group: name })).nullish(),
  registrations: z.array(registrationSchema).nullish(),
  rate_limit: rateLimitSchema.nullish().transform((limit) => limit ?? null),
  application: applicationSchema.nullish().transform((application) => application ?? null),
});

/**
 * A Consumer as Kong declares it, plus `registrations`, `identity_provider`, `rate_limit` and
 * `application`. The result satisfies {@link createConsumerRecord}.
 */
export const consumerSchema = fields.transform((entry, context): ConsumerEntry => {
  const registrations = readRegistrations(entry.registrations ?? [], (index) => {
    context.addIssue({
      code: 'custom',
      path: ['registrations', index, 'service'],
      message: 'a second registration for the same service',
    });
  });
  for (const issue of findContradictions(entry)) context.addIssue({ code: 'custom', ...issue });
  const record: ConsumerRecord = {
    id: entry.id ?? deriveConsumerId(entry.custom_id, entry.username),
    customId: entry.custom_id,
    username: entry.application ? applicationUsername(entry.application) : entry.username,
    identityProvider: entry.identity_provider,
    tags: entry.tags ?? [],
    groups: new Set(entry.acls?.map((acl) => acl.group)),
    registrations,
    rateLimit: entry.rate_limit,
  };
  const created = createConsumerRecord(record);
  if (!created.ok) {
    for (const message of created.stop) context.addIssue({ code: 'custom', message });
  }
  return { record, ownId: typeof entry.id === 'string', application: entry.application };
});

/** What an application cannot have, or cannot be without. */
function findContradictions({ application, custom_id, username }: z.output<typeof fields>) {
  if (application === null) return [];
  const issues: { path: string[]; message: string }[] = [];
  if (custom_id === null) {
    issues.push({ path: ['custom_id'], message: 'an application needs its client id here' });
  }
  if (username !== null) {
    const message = 'the Consumer of an application is named <owner>_<name>: leave it out';
    issues.push({ path: ['username'], message });
  }
  const problem = checkName(applicationUsername(application));
  if (problem !== null) {
    issues.push({ path: ['application', 'name'], message: `with its owner: ${problem}` });
  }
  return issues;
}

function readRegistrations(
  entries: readonly z.output<typeof registrationSchema>[],
  onDuplicate: (index: number) => void,
): Map<string, Registration> {
  const byService = new Map<string, Registration>();
  for (const [index, { service, status, suspended }] of entries.entries()) {
    if (byService.has(service)) onDuplicate(index);
    byService.set(
      service,
      status === 'suspended'
        ? { status: 'approved', suspended: true }
        : { status, suspended: suspended ?? false },
    );
  }
  return byService;
}

/** The other way: a plain document that {@link consumerSchema} reads back as the same record. */
export function toConsumerDocument(record: ConsumerRecord): z.input<typeof consumerSchema> {
  return {
    id: record.id,
    custom_id: record.customId,
    username: record.username,
    identity_provider: record.identityProvider,
    tags: [...record.tags],
    acls: Array.from(record.groups, (group) => ({ group })),
    registrations: Array.from(record.registrations, ([service, { status, suspended }]) => ({
      service,
      status,
      suspended,
    })),
    rate_limit:
      record.rateLimit === null
        ? null
        : { requests_per_unit: record.rateLimit.requestsPerUnit, unit: record.rateLimit.unit },
  };
}
