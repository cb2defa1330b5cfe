import { createHash } from 'node:crypto';
import type { Registry } from '../../registry/ports.ts';
import { writeRegistration } from '../../registry/write-entity.ts';
import { allowed } from '../access/roles.ts';
import { answerEntity, answerWritten, explainWrite } from '../http/answer-with.ts';
import { noContent, notFound, ok, type Answer } from '../http/answer.ts';
import { defineRoute } from '../http/define-route.ts';
import type { Call, Route } from '../http/route.ts';
import { listRegistrations, registrationParameters } from './list-registrations.ts';
import { getVisible } from './own-applications.ts';
import { bulkChangeBody, registrationBody, registrationChangeBody } from './registration-body.ts';
import { requestRegistration, type RequestParts } from './request-registration.ts';

const list = '/registrations';
const one = '/registrations/:registration';

/** Who may use which Service: asked for, decided on, taken back. */
export function createRegistrationRoutes(parts: RequestParts): readonly Route[] {
  return [...createListRoutes(parts), ...createEntityRoutes(parts.registry)];
}

function createListRoutes(parts: RequestParts): readonly Route[] {
  const { registry } = parts;
  return [
    defineRoute({
      method: 'GET',
      path: list,
      roles: allowed.readersAndRequesters,
      summary: 'Lists registrations; to a requester those of its applications.',
      query: registrationParameters,
      handle: (call) => listRegistrations(parts, call),
    }),
    defineRoute({
      method: 'POST',
      path: list,
      roles: allowed.requesters,
      summary: 'Asks for a Consumer’s or an application’s access to a Service.',
      body: registrationBody,
      handle: (call) => requestRegistration(parts, call),
    }),
    defineRoute({
      method: 'PATCH',
      path: list,
      roles: allowed.approvers,
      summary: 'Takes the same step with many registrations; each succeeds or fails by itself.',
      // Each of them has an ETag of its own.
      heeds: ['Idempotency-Key'],
      body: bulkChangeBody,
      handle: ({ body: { ids, ...change }, ...call }) =>
        changeMany(registry, ids, { ...call, body: change }),
    }),
  ];
}

function createEntityRoutes(registry: RequestParts['registry']): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: one,
      roles: allowed.readersAndRequesters,
      summary: 'Gives a registration.',
      handle: (call) => getRegistration(registry, call),
    }),
    defineRoute({
      method: 'PATCH',
      path: one,
      roles: allowed.approvers,
      summary: 'Approves, rejects or revokes a registration, or suspends and resumes it.',
      body: registrationChangeBody,
      async handle(call) {
        const changed = await registry.registrations.change(idOf(call), call.body, call.write);
        return answerWritten(changed, call, writeRegistration);
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: one,
      roles: allowed.nobodyElse,
      summary: 'Deletes a registration, as if it had never been asked for.',
      async handle(call) {
        const deleted = await registry.registrations.delete(idOf(call), call.write);
        return deleted.ok ? noContent : explainWrite(deleted.stop, call);
      },
    }),
  ];
}

function idOf(call: Pick<Call, 'param'>): string {
  return call.param('registration').toLowerCase();
}

async function getRegistration(
  { applications, registrations }: RequestParts['registry'],
  call: Call<undefined>,
): Promise<Answer> {
  const found = await registrations.get(idOf(call));
  if (!found.ok || call.actor.role !== 'requester') return answerEntity(found, writeRegistration);
  const { application } = found.value;
  if (application === null) return notFound;
  const own = await getVisible(applications, application.id, call.actor);
  return own.ok ? answerEntity(found, writeRegistration) : answerEntity(own, () => ({}));
}

type Change = Parameters<Registry['registrations']['change']>[1];

/** One after the other, each a write of its own that a repeat of the whole finds again. */
async function changeMany(
  { registrations }: RequestParts['registry'],
  ids: readonly string[],
  call: Call<Change>,
): Promise<Answer> {
  // With an id behind it, within the 128 characters of an operation id.
  const whole = createHash('sha256').update(call.write.operationId).digest('hex');
  const data: object[] = [];
  for (const id of new Set(ids)) {
    const write = { ...call.write, operationId: `${whole}:${id}` };
    const changed = await registrations.change(id, call.body, write);
    const { status, body } = answerWritten(changed, { ...call, write }, writeRegistration);
    data.push({ id, status, ...(changed.ok ? { registration: body } : { error: body }) });
  }
  return ok({ data });
}
