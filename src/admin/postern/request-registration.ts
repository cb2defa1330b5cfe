import type { RegistrationSubject, Registry } from '../../registry/ports.ts';
import { writeRegistration } from '../../registry/write-entity.ts';
import { checkAsked, quota } from '../access/quota.ts';
import type { AdminService, ServicesInForce } from '../admin-service.ts';
import { answerWritten } from '../http/answer-with.ts';
import { refusal, type Answer } from '../http/answer.ts';
import { explainProblem } from '../http/explain-problem.ts';
import type { Call } from '../http/route.ts';
import { foreignKeyViolation, schemaViolation } from '../http/violations.ts';
import { getVisible, ownerSeenBy } from './own-applications.ts';
import { readSubject, type RegistrationBody } from './registration-body.ts';

export interface RequestParts {
  readonly registry: Pick<Registry, 'applications' | 'registrations'>;
  readonly services: ServicesInForce;
}

/** Asks for access to a Service: `requested`, or `approved` where the Service approves by itself. */
export async function requestRegistration(
  { registry, services }: RequestParts,
  call: Call<RegistrationBody>,
): Promise<Answer> {
  const { id, note, service: name, status } = call.body;
  const subject = readSubject(call.body);
  if (subject === null)
    return schemaViolation({ consumer: 'expected one of: consumer, application' });
  // First, so that whose application it is not is told nothing of the Services.
  const refused = await refuseRequester(registry, subject, call);
  if (refused !== null) return refused;
  const owner = ownerSeenBy(call.actor);
  const service = findService(services, name, owner);
  if (service === null) return schemaViolation({ service: 'no Service has this name' });
  const autoApprove =
    status === undefined ? service.registration?.autoApprove === true : status === 'approved';
  const isCounted = owner !== undefined && !autoApprove;
  const most = isCounted ? { owner, requested: quota.requested } : undefined;
  const request = { id, note, service: name, subject, autoApprove, most };
  const written = await registry.registrations.request(request, call.write);
  if (!written.ok && written.stop.kind === 'not_found') return explainMissing(subject);
  return answerWritten(written, call, writeRegistration);
}

/** A requester does not learn which Services there are that ask for no registration. */
function findService(
  services: ServicesInForce,
  name: string,
  owner: string | undefined,
): AdminService | null {
  const service = services.list().find((one) => one.name === name) ?? null;
  return owner !== undefined && service?.registration === null ? null : service;
}

/** A requester asks for applications of its own, and does not answer itself. */
async function refuseRequester(
  { applications }: RequestParts['registry'],
  subject: RegistrationSubject,
  { actor, body }: Call<RegistrationBody>,
): Promise<Answer | null> {
  if (actor.role !== 'requester') return null;
  const asked = checkAsked(actor, body);
  if (!asked.ok) return asked.stop;
  if (body.status === 'approved') return refusal(403, 'The role requester may not approve');
  if (subject.kind === 'consumer') {
    return refusal(403, 'The role requester may only ask for applications of its own');
  }
  const found = await getVisible(applications, subject.id, actor);
  if (found.ok) return null;
  return found.stop.kind === 'not_found' ? explainMissing(subject) : explainProblem(found.stop);
}

function explainMissing(subject: RegistrationSubject): Answer {
  return subject.kind === 'application'
    ? foreignKeyViolation('application', { id: subject.id })
    : foreignKeyViolation('consumer', { [subject.key.by]: subject.key.value });
}
