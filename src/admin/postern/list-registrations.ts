import { registrationStatuses, type RegistrationStatus } from '../../authz/consumer.ts';
import { halt, pass, type Step } from '../../lib/step.ts';
import type { RegistrationEntity } from '../../registry/entities.ts';
import type { RegistrationQuery, Registry } from '../../registry/ports.ts';
import { writeRegistration } from '../../registry/write-entity.ts';
import { ok, type Answer } from '../http/answer.ts';
import { explainProblem } from '../http/explain-problem.ts';
import { pageParameters, readPage, writePage } from '../http/read-page.ts';
import type { Call } from '../http/route.ts';
import { invalidOption } from '../http/violations.ts';
import { ownerSeenBy } from './own-applications.ts';
import { readSubject } from './registration-body.ts';

export const registrationParameters = [
  ...pageParameters,
  'service',
  'status',
  'consumer',
  'application',
] as const;

type Listing = Pick<Registry, 'applications' | 'registrations'>;

/** Registrations that fit the filters; to a requester those of its own applications. */
export async function listRegistrations(registry: Listing, call: Call<undefined>): Promise<Answer> {
  const query = readQuery(call);
  if (!query.ok) return query.stop;
  const owner = ownerSeenBy(call.actor);
  if (owner !== undefined) return listOwn(registry, query.value, owner, call);
  const listed = await registry.registrations.list(query.value);
  if (listed.ok) return writePage(listed.value, call, writeRegistration);
  // Nobody of this name has none.
  return listed.stop.kind === 'not_found' ? none : explainProblem(listed.stop);
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
  const own = await applications.list({ size, offset, owner });
  if (!own.ok) return explainProblem(own.stop);
  const asked = own.value.items.filter(
    ({ id }) => subject === undefined || (subject.kind === 'application' && subject.id === id),
  );
  const found: RegistrationEntity[] = [];
  for (const { id } of asked) {
    const filter = { service, status, subject: { kind: 'application', id } as const };
    const listed = await registrations.list({ size: mostOfOne, ...filter });
    if (!listed.ok) return explainProblem(listed.stop);
    found.push(...listed.value.items);
  }
  return writePage({ items: found, next: own.value.next }, call, writeRegistration);
}
