import { registrationStatuses, type RegistrationStatus } from '../../authz/consumer.ts';
import { halt, pass, type Step } from '../../lib/step.ts';
import type { RegistrationEntity } from '../../registry/entities.ts';
import type { RegistrationQuery, Registry } from '../../registry/ports.ts';
import { writeRegistration } from '../../registry/write-entity.ts';
import type { ServicesInForce } from '../admin-service.ts';
import { ok, type Answer } from '../http/answer.ts';
import { explainProblem } from '../http/explain-problem.ts';
import { pageParameters, readPage, writePage } from '../http/read-page.ts';
import type { Call } from '../http/route.ts';
import { invalidOption } from '../http/violations.ts';
import { getVisible, ownerSeenBy } from './own-applications.ts';
import { readSubject } from './registration-body.ts';

export const registrationParameters = [
  ...pageParameters,
  'service',
  'status',
  'consumer',
  'application',
] as const;

export interface ListingParts {
  readonly registry: Listing;
  readonly services: ServicesInForce;
}

type Listing = Pick<Registry, 'applications' | 'registrations'>;

/** Registrations that fit the filters; to a requester those of its own applications. */
export async function listRegistrations(
  { registry, services }: ListingParts,
  call: Call<undefined>,
): Promise<Answer> {
  const query = readQuery(call);
  if (!query.ok) return query.stop;
  const owner = ownerSeenBy(call.actor);
  if (owner !== undefined) return listOwn(registry, query.value, owner, call);
  const listed = await registry.registrations.list(query.value);
  if (listed.ok && listed.value.items.length === 0) {
    const unknown = await refuseUnknown(query.value.service, registry, services);
    if (unknown !== null) return unknown;
  }
  if (listed.ok) return writePage(listed.value, call, writeRegistration);
  // Nobody of this name has none.
  return listed.stop.kind === 'not_found' ? none : explainProblem(listed.stop);
}

/** A name that is nowhere is a slip, and an empty list would say that nobody has access. */
async function refuseUnknown(
  service: string | undefined,
  { registrations }: Listing,
  services: ServicesInForce,
): Promise<Answer | null> {
  if (service === undefined || services.list().some(({ name }) => name === service)) return null;
  const listed = await registrations.list({ size: 1, service });
  if (!listed.ok) return explainProblem(listed.stop);
  const { items, next } = listed.value;
  return items.length === 0 && next === null
    ? invalidOption('service', 'neither a Service nor a registration has this name')
    : null;
}

const none = ok({ data: [], next: null, offset: null });

function readQuery(call: Call<undefined>): Step<RegistrationQuery, Answer> {
  const page = readPage(call);
  if (!page.ok) return page;
  const { query } = call;
  const status = query.get('status');
  if (status !== undefined && !isStatus(status)) {
    return halt(invalidOption('status', `expected one of: ${registrationStatuses.join(', ')}`));
  }
  const consumer = query.get('consumer');
  const application = query.get('application');
  if (consumer !== undefined && application !== undefined) {
    return halt(invalidOption('consumer', 'expected one of: consumer, application'));
  }
  const subject = readSubject({ consumer, application }) ?? undefined;
  return pass({ ...page.value, service: query.get('service'), status, subject });
}

function isStatus(text: string): text is RegistrationStatus {
  return (registrationStatuses as readonly string[]).includes(text);
}

/** Most Services that one application is registered for. */
const mostOfOne = 1000;

/** A page is one of applications, with all that they are registered for. */
async function listOwn(
  { applications, registrations }: Listing,
  query: RegistrationQuery,
  owner: string,
  call: Call<undefined>,
): Promise<Answer> {
  const { size, offset, service, status, subject } = query;
  if (subject !== undefined) return listOfOne({ applications, registrations }, query, call);
  const own = await applications.list({ size, offset, owner });
  if (!own.ok) return explainProblem(own.stop);
  const found: RegistrationEntity[] = [];
  for (const { id } of own.value.items) {
    const filter = { service, status, subject: { kind: 'application', id } as const };
    const listed = await registrations.list({ size: mostOfOne, ...filter });
    if (!listed.ok) return explainProblem(listed.stop);
    found.push(...listed.value.items);
  }
  return writePage({ items: found, next: own.value.next }, call, writeRegistration);
}

/** Of what is not the caller's own, as of nothing. */
async function listOfOne(
  { applications, registrations }: Listing,
  query: RegistrationQuery,
  call: Call<undefined>,
): Promise<Answer> {
  if (query.subject?.kind !== 'application') return none;
  const own = await getVisible(applications, query.subject.id, call.actor);
  const listed = own.ok ? await registrations.list(query) : own;
  if (listed.ok) return writePage(listed.value, call, writeRegistration);
  return listed.stop.kind === 'not_found' ? none : explainProblem(listed.stop);
}
