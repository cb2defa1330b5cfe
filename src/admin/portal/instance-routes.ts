import type { RegistrationEntity } from '../../registry/entities.ts';
import { allowed } from '../access/roles.ts';
import { answerWritten, explainWrite } from '../http/answer-with.ts';
import { noContent, notFound, ok, type Answer } from '../http/answer.ts';
import { defineRoute } from '../http/define-route.ts';
import { explainProblem } from '../http/explain-problem.ts';
import { pageParameters, readPage, writePage } from '../http/read-page.ts';
import type { Call, Route } from '../http/route.ts';
import { schemaViolation } from '../http/violations.ts';
import { instanceBody, instanceChangeBody, writeInstance } from './instance-body.ts';
import { withApplication } from './owned-application.ts';
import type { PortalParts } from './portal-parts.ts';

const parents = ['/applications/:application', '/developers/:developer/applications/:application'];

/** Registrations of applications in the portal's form. */
export function createInstanceRoutes(parts: PortalParts): readonly Route[] {
  return [
    ...parents.flatMap((parent) => {
      const list = `${parent}/application_instances`;
      return [...createListRoutes(parts, list), ...createEntityRoutes(parts, `${list}/:instance`)];
    }),
    createServiceList(parts),
  ];
}

function createListRoutes(parts: PortalParts, path: string): readonly Route[] {
  const { registry, services } = parts;
  const { registrations } = registry;
  return [
    defineRoute({
      method: 'GET',
      path,
      roles: allowed.readers,
      summary: 'Lists what an application is registered for.',
      query: pageParameters,
      handle: (call) =>
        withApplication(registry, call, async ({ id }) => {
          const page = readPage(call);
          if (!page.ok) return page.stop;
          const subject = { kind: 'application', id } as const;
          const listed = await registrations.list({ ...page.value, subject });
          return listed.ok
            ? writePage(listed.value, call, writeInstance)
            : explainProblem(listed.stop);
        }),
    }),
    defineRoute({
      method: 'POST',
      path,
      roles: allowed.nobodyElse,
      summary: 'Asks for an application’s access to a Service.',
      body: instanceBody,
      handle: (call) =>
        withApplication(registry, call, async (application) => {
          const { service: link, id } = call.body;
          const name = typeof link === 'string' ? link : link.id;
          const service = services.list().find((one) => one.name === name);
          if (service === undefined) {
            return schemaViolation({ service: 'no Service has this name' });
          }
          const subject = { kind: 'application', id: application.id } as const;
          const autoApprove = service.registration?.autoApprove === true;
          const request = { id, subject, service: name, autoApprove };
          const written = await registrations.request(request, call.write);
          const sent = { ...call, body: { service: name } };
          return answerWritten(written, sent, writeInstance);
        }),
    }),
  ];
}

function createEntityRoutes(parts: PortalParts, path: string): readonly Route[] {
  const { registrations } = parts.registry;
  return [
    defineRoute({
      method: 'GET',
      path,
      roles: allowed.readers,
      summary: 'Gives a registration of an application.',
      handle: (call) => withInstance(parts, call, async (found) => ok(writeInstance(found))),
    }),
    defineRoute({
      method: 'PATCH',
      path,
      roles: allowed.approvers,
      summary: 'Approves (0), rejects (2) or revokes (3) a registration, or suspends it.',
      body: instanceChangeBody,
      handle: (call) =>
        withInstance(parts, call, async ({ id }) => {
          const changed = await registrations.change(id, call.body, call.write);
          return answerWritten(changed, call, writeInstance);
        }),
    }),
    defineRoute({
      method: 'DELETE',
      path,
      roles: allowed.nobodyElse,
      summary: 'Deletes a registration of an application.',
      handle: (call) =>
        withInstance(parts, call, async ({ id }) => {
          const deleted = await registrations.delete(id, call.write);
          return deleted.ok ? noContent : explainWrite(deleted.stop, call);
        }),
    }),
  ];
}

function createServiceList({ registry, services }: PortalParts): Route {
  return defineRoute({
    method: 'GET',
    path: '/services/:service/application_instances',
    roles: allowed.readers,
    summary: 'Lists the applications that are registered for a Service.',
    query: pageParameters,
    async handle(call) {
      const page = readPage(call);
      if (!page.ok) return page.stop;
      const service = call.param('service');
      if (!services.list().some(({ name }) => name === service)) return notFound;
      const listed = await registry.registrations.list({ ...page.value, service });
      if (!listed.ok) return explainProblem(listed.stop);
      const { items, next } = listed.value;
      // A Consumer's own registration is none of an application.
      const ofApplications = items.filter(({ application }) => application !== null);
      return writePage({ items: ofApplications, next }, call, writeInstance);
    },
  });
}

/** Goes on with the registration of the path, if it is the application's. */
function withInstance<Body>(
  { registry }: PortalParts,
  call: Call<Body>,
  then: (registration: RegistrationEntity) => Promise<Answer>,
): Promise<Answer> {
  return withApplication(registry, call, async (application) => {
    const found = await registry.registrations.get(call.param('instance').toLowerCase());
    if (!found.ok) return explainProblem(found.stop);
    return found.value.application?.id === application.id ? then(found.value) : notFound;
  });
}
