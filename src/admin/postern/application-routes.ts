import type { Applications } from '../../registry/ports.ts';
import { writeApplication } from '../../registry/write-entity.ts';
import { checkAsked, quota } from '../access/quota.ts';
import { allowed } from '../access/roles.ts';
import { answerEntity, answerWritten, explainWrite } from '../http/answer-with.ts';
import { noContent, type Answer } from '../http/answer.ts';
import { defineRoute } from '../http/define-route.ts';
import { explainProblem } from '../http/explain-problem.ts';
import { readTaggedPage, taggedParameters, writePage } from '../http/read-page.ts';
import type { Call, Route } from '../http/route.ts';
import { schemaViolation } from '../http/violations.ts';
import {
  applicationBody,
  findMissing,
  readApplication,
  type ApplicationBody,
} from './application-body.ts';
import { getVisible, ownerSeenBy } from './own-applications.ts';

const list = '/applications';
const one = '/applications/:application';

/** Applications, each of which owns a Consumer. */
export function createApplicationRoutes(applications: Applications): readonly Route[] {
  return [...createListRoutes(applications), ...createEntityRoutes(applications)];
}

function createListRoutes(applications: Applications): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: list,
      roles: allowed.readersAndRequesters,
      summary: 'Lists applications; to a requester its own.',
      query: [...taggedParameters, 'owner'],
      handle: (call) => listApplications(applications, call),
    }),
    defineRoute({
      method: 'POST',
      path: list,
      roles: allowed.requesters,
      summary: 'Creates an application and its Consumer; a requester becomes its owner.',
      body: applicationBody,
      handle: (call) => createApplication(applications, call),
    }),
  ];
}

function createEntityRoutes(applications: Applications): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: one,
      roles: allowed.readersAndRequesters,
      summary: 'Gives an application.',
      handle: async (call) =>
        answerEntity(await getVisible(applications, idOf(call), call.actor), writeApplication),
    }),
    defineRoute({
      method: 'PATCH',
      path: one,
      roles: allowed.nobodyElse,
      summary: 'Changes the given fields of an application; a new custom_id counts at once.',
      body: applicationBody,
      async handle(call) {
        const changes = readApplication(call.body);
        const changed = await applications.patch(idOf(call), changes, call.write);
        return answerWritten(changed, call, writeApplication);
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: one,
      roles: allowed.nobodyElse,
      summary: 'Deletes an application with its Consumer and registrations.',
      async handle(call) {
        const deleted = await applications.delete(idOf(call), call.write);
        return deleted.ok ? noContent : explainWrite(deleted.stop, call);
      },
    }),
  ];
}

function idOf(call: Pick<Call, 'param'>): string {
  return call.param('application').toLowerCase();
}

async function listApplications(
  applications: Applications,
  call: Call<undefined>,
): Promise<Answer> {
  const page = readTaggedPage(call);
  if (!page.ok) return page.stop;
  const owner = ownerSeenBy(call.actor) ?? call.query.get('owner');
  const listed = await applications.list({ ...page.value, owner });
  return listed.ok ? writePage(listed.value, call, writeApplication) : explainProblem(listed.stop);
}

async function createApplication(
  applications: Applications,
  call: Call<ApplicationBody>,
): Promise<Answer> {
  const asked = checkAsked(call.actor, call.body);
  if (!asked.ok) return asked.stop;
  const missing = findMissing(call.body);
  if (Object.keys(missing).length > 0) return schemaViolation(missing);
  const own = ownerSeenBy(call.actor);
  const wanted = call.body.owner ?? own;
  if (own !== undefined && wanted !== own) {
    return schemaViolation({ owner: 'expected the name of your own token' });
  }
  const draft = {
    ...readApplication(call.body),
    owner: wanted,
    id: call.body.id,
    ...(own !== undefined && { mostOfOwner: quota.applications }),
  };
  return answerWritten(await applications.create(draft, call.write), call, writeApplication);
}
