import { z } from 'zod';
import type { ApplicationEntity } from '../../registry/entities.ts';
import type { Registry } from '../../registry/ports.ts';
import { writeApplication } from '../../registry/write-entity.ts';
import { allowed } from '../access/roles.ts';
import { answerWritten, explainWrite } from '../http/answer-with.ts';
import { noContent, ok } from '../http/answer.ts';
import { defineRoute } from '../http/define-route.ts';
import { explainProblem } from '../http/explain-problem.ts';
import { pageParameters, readPage, writePage } from '../http/read-page.ts';
import type { Route } from '../http/route.ts';
import { schemaViolation } from '../http/violations.ts';
import { applicationBody, findMissing, readApplication } from '../postern/application-body.ts';
import { withApplication, withDeveloper } from './owned-application.ts';

const list = '/developers/:developer/applications';
const one = '/developers/:developer/applications/:application';

/** The developer is in the path, and stays who it is. */
const ownedBody = applicationBody
  .omit({ owner: true })
  .extend({ developer: z.strictObject({ id: z.string() }).optional() });

type Owners = Pick<Registry, 'applications' | 'developers'>;

/** Applications below their developer, in the portal's form. */
export function createDeveloperApplicationRoutes(registry: Owners): readonly Route[] {
  return [...createListRoutes(registry), ...createEntityRoutes(registry)];
}

function createListRoutes(registry: Owners): readonly Route[] {
  const { applications } = registry;
  return [
    defineRoute({
      method: 'GET',
      path: list,
      roles: allowed.readers,
      summary: 'Lists the applications of a developer.',
      query: pageParameters,
      handle: (call) =>
        withDeveloper(registry, call, async ({ id }) => {
          const page = readPage(call);
          if (!page.ok) return page.stop;
          const listed = await applications.list({ ...page.value, owner: id });
          return listed.ok
            ? writePage(listed.value, call, writeOwned)
            : explainProblem(listed.stop);
        }),
    }),
    defineRoute({
      method: 'POST',
      path: list,
      roles: allowed.nobodyElse,
      summary: 'Creates an application of a developer.',
      body: ownedBody,
      handle: (call) =>
        withDeveloper(registry, call, async ({ id: owner }) => {
          const missing = findMissing(call.body);
          if (Object.keys(missing).length > 0) return schemaViolation(missing);
          const { id } = call.body;
          const draft = { ...readApplication({ ...call.body, owner }), id, ofDeveloper: true };
          return answerWritten(await applications.create(draft, call.write), call, writeOwned);
        }),
    }),
  ];
}

function createEntityRoutes(registry: Owners): readonly Route[] {
  const { applications } = registry;
  return [
    defineRoute({
      method: 'GET',
      path: one,
      roles: allowed.readers,
      summary: 'Gives an application of a developer.',
      handle: (call) => withApplication(registry, call, async (found) => ok(writeOwned(found))),
    }),
    defineRoute({
      method: 'PATCH',
      path: one,
      roles: allowed.nobodyElse,
      summary: 'Changes the given fields of an application of a developer.',
      body: ownedBody,
      handle: (call) =>
        withApplication(registry, call, async ({ id }) => {
          const changes = { ...readApplication(call.body), owner: undefined };
          return answerWritten(await applications.patch(id, changes, call.write), call, writeOwned);
        }),
    }),
    defineRoute({
      method: 'DELETE',
      path: one,
      roles: allowed.nobodyElse,
      summary: 'Deletes an application of a developer.',
      handle: (call) =>
        withApplication(registry, call, async ({ id }) => {
          const deleted = await applications.delete(id, call.write);
          return deleted.ok ? noContent : explainWrite(deleted.stop, call);
        }),
    }),
  ];
}

function writeOwned(entity: ApplicationEntity): object {
  return { ...writeApplication(entity), developer: { id: entity.owner } };
}
