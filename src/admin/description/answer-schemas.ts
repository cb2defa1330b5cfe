import { z } from 'zod';
import { registrationStatuses } from '../../authz/consumer.ts';
import { registrationEventTypes } from '../../registry/registration-event.ts';
import { revocationKinds } from '../../registry/revocation.ts';

const id = z.string().meta({ format: 'uuid' });
const text = z.string();
const maybeText = text.nullable();
const time = z.string().meta({ format: 'date-time' });
const count = z.int().min(0);
const seconds = z.int().describe('Seconds since the Unix epoch.');
const times = { created_at: seconds, updated_at: seconds };
const tags = z.array(text).min(1).nullable();
const version = z.int().min(1).describe('Counts the changes.');
const portalStatus = z
  .union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)])
  .describe('0 approved, 1 requested, 2 rejected, 3 revoked.');

const consumer = z.strictObject({
  id,
  username: maybeText,
  custom_id: maybeText,
  tags,
  ...times,
  identity_provider: text.optional(),
  rate_limit: z
    .strictObject({
      requests_per_unit: z.int().min(1),
      unit: z.enum(['second', 'minute', 'hour', 'day']),
    })
    .optional(),
});

const acl = z.strictObject({
  id,
  group: text,
  tags,
  consumer: z.strictObject({ id }),
  created_at: seconds,
});

const application = z.strictObject({
  id,
  name: text,
  custom_id: text.describe('The client id at the identity provider.'),
  redirect_uri: maybeText,
  owner: maybeText,
  tags,
  identity_provider: text.optional(),
  consumer: z.strictObject({ id }),
  version,
  ...times,
});

const applicationLink = z.strictObject({ id, name: text }).nullable();
const steps = [...registrationStatuses, 'suspended', 'resumed'] as const;

const registration = z.strictObject({
  id,
  consumer: z.strictObject({ id, username: maybeText, custom_id: maybeText }),
  application: applicationLink,
  service: text,
  status: z.enum(registrationStatuses),
  suspended: z.boolean(),
  note: maybeText,
  version,
  steps: z.array(z.strictObject({ to: z.enum(steps), time, by: text, note: maybeText })),
  ...times,
});

const revocation = z.strictObject({
  id,
  kind: z.enum(revocationKinds),
  client_id: text.optional(),
  consumer: z.strictObject({ id }).optional(),
  issuer: maybeText,
  issued_until: time.nullable(),
  until: time,
  note: maybeText,
  version,
  ...times,
});

const document = z.record(text, z.unknown());
const change = {
  action: text,
  entity: text.describe('Id of what it happened to.'),
  before: document.nullable(),
  after: document.nullable(),
};

const deadLetter = z.strictObject({
  id: text,
  endpoint: text,
  webhook_id: text,
  type: text,
  attempts: count,
  time,
  problem: text,
  payload: document,
});

/** What the routes answer, by the names that the description gives it. */
export const answerSchemas = {
  Consumer: consumer,
  Acl: acl,
  Application: application,
  DeveloperApplication: application.extend({ developer: z.strictObject({ id: maybeText }) }),
  Registration: registration,
  ApplicationInstance: z.strictObject({
    id,
    service: z.strictObject({ id: text, name: text }),
    application: applicationLink,
    composite_id: maybeText,
    status: portalStatus,
    suspended: z.boolean(),
    ...times,
  }),
  Developer: z.strictObject({ id, email: text, status: portalStatus, meta: maybeText, ...times }),
  Revocation: revocation,
  AuditEntry: z.strictObject({
    id: text,
    actor: text,
    ...change,
    also: z.array(z.strictObject(change)).optional(),
    time,
    operation_id: text,
  }),
  // With settings as they are configured.
  Service: z.looseObject({
    id: text,
    name: text,
    display_name: maybeText,
    registration: z
      .strictObject({
        required: z.boolean(),
        auto_approve: z.boolean(),
        show_issuer: z.boolean(),
      })
      .nullable(),
  }),
  Webhook: z.strictObject({
    name: text,
    origin: text,
    events: z.array(z.enum(registrationEventTypes)),
    pending: count,
    last_success: time.nullable(),
    last_failure: z.strictObject({ time, problem: text }).nullable(),
  }),
  DeadLetter: deadLetter,
  Nothing: z.never(),
  ChangedRegistrations: manyOf({ id, registration: registration.optional() }),
  RedeliveredLetters: manyOf({ id: text, dead_letter: deadLetter.optional() }),
  Root: z.strictObject({
    version: text,
    tagline: text,
    postern: z.strictObject({ version: text }),
  }),
  Verdict: z.strictObject({ message: text }),
  Document: document,
} as const satisfies Readonly<Record<string, z.ZodType>>;

export type AnswerName = keyof typeof answerSchemas;

/** Each of many has its own status, and what it is now or why it is not. */
function manyOf<Shape extends z.ZodRawShape>(shape: Shape) {
  const one = z.strictObject({ status: z.int(), error: document.optional(), ...shape });
  return z.strictObject({ data: z.array(one) });
}
