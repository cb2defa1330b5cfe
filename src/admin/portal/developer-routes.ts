import type { Developers } from '../../registry/ports.ts';
import { writeDeveloper } from '../../registry/write-entity.ts';
import { allowed } from '../access/roles.ts';
import { answerEntity, answerWritten, explainWrite } from '../http/answer-with.ts';
import { noContent } from '../http/answer.ts';
import { defineRoute } from '../http/define-route.ts';
import { explainProblem } from '../http/explain-problem.ts';
import { pageParameters, readPage, writePage } from '../http/read-page.ts';
import type { Call, Route } from '../http/route.ts';
import { schemaViolation } from '../http/violations.ts';
import { developerBody, readDeveloperKey } from './developer-body.ts';

const list = '/developers';
const one = '/developers/:developer';

/** The portal's developers. */
export function createDeveloperRoutes(developers: Developers): readonly Route[] {
  return [...createListRoutes(developers), ...createEntityRoutes(developers)];
}

function createListRoutes(developers: Developers): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: list,
      roles: allowed.readers,
      summary: 'Lists developers.',
      query: pageParameters,
      async handle(call) {
        const page = readPage(call);
        if (!page.ok) return page.stop;
        const listed = await developers.list(page.value);
        return listed.ok
          ? writePage(listed.value, call, writeDeveloper)
          : explainProblem(listed.stop);
      },
    }),
    defineRoute({
      method: 'POST',
      path: list,
      roles: allowed.nobodyElse,
      summary: 'Creates a developer.',
      body: developerBody,
      async handle(call) {
        const { id, email, status, meta } = call.body;
        if (email === undefined) return schemaViolation({ email: 'required field missing' });
        const created = await developers.create({ id, email, status, meta }, call.write);
        return answerWritten(created, call, writeDeveloper);
      },
    }),
  ];
}

function createEntityRoutes(developers: Developers): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: one,
      roles: allowed.readers,
      summary: 'Gives a developer, by id or email.',
      handle: async (call) => answerEntity(await developers.get(keyOf(call)), writeDeveloper),
    }),
    defineRoute({
      method: 'PATCH',
      path: one,
      roles: allowed.nobodyElse,
      summary: 'Changes the given fields of a developer.',
      body: developerBody,
      async handle(call) {
        const { email, status, meta } = call.body;
        const changed = await developers.patch(keyOf(call), { email, status, meta }, call.write);
        return answerWritten(changed, call, writeDeveloper);
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: one,
      roles: allowed.nobodyElse,
      summary: 'Deletes a developer who owns no application.',
      async handle(call) {
        const deleted = await developers.delete(keyOf(call), call.write);
        return deleted.ok ? noContent : explainWrite(deleted.stop, call);
      },
    }),
  ];
}

function keyOf(call: Pick<Call, 'param'>) {
  return readDeveloperKey(call.param('developer'));
}
