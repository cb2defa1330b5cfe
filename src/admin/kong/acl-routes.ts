import type { AclEntity } from '../../registry/entities.ts';
import type { Acls, ConsumerKey, Consumers } from '../../registry/ports.ts';
import { writeAcl, writeConsumer } from '../../registry/write-entity.ts';
import { allowed } from '../access/roles.ts';
import { answerEntity, answerGone, answerWritten, explainWrite } from '../http/answer-with.ts';
import { noContent, notFound, type Answer } from '../http/answer.ts';
import { defineRoute } from '../http/define-route.ts';
import { explainProblem } from '../http/explain-problem.ts';
import { isUuid } from '../http/fields.ts';
import { readTaggedPage, taggedParameters, writePage } from '../http/read-page.ts';
import type { Call, Route } from '../http/route.ts';
import { foreignKeyViolation, schemaViolation } from '../http/violations.ts';
import { aclBody, readAclConsumer, type AclBody } from './acl-body.ts';
import {
  createAcl,
  isOfAnother,
  otherConsumer,
  putAcl,
  type AclRegistry,
} from './consumer-acl-routes.ts';

const one = '/acls/:acl';

/** The groups of all Consumers, each membership by its own id. */
export function createAclRoutes(registry: AclRegistry): readonly Route[] {
  return [
    ...createListRoutes(registry),
    ...createReadRoutes(registry),
    ...createWriteRoutes(registry),
  ];
}

function createListRoutes(registry: AclRegistry): readonly Route[] {
  const { acls, consumers } = registry;
  return [
    defineRoute({
      method: 'GET',
      path: '/acls',
      roles: allowed.readers,
      summary: 'Lists memberships of Consumers in groups; tags are those of the memberships.',
      query: taggedParameters,
      async handle(call) {
        const page = readTaggedPage(call);
        if (!page.ok) return page.stop;
        const listed = await acls.list(page.value);
        return listed.ok ? writePage(listed.value, call, writeAcl) : explainProblem(listed.stop);
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/acls',
      roles: allowed.nobodyElse,
      summary: 'Adds the Consumer that the body names to a group.',
      body: aclBody,
      handle: (call) =>
        withNamedConsumer(consumers, call, (consumer) => createAcl(registry, consumer, call)),
    }),
  ];
}

function createReadRoutes({ acls, consumers }: AclRegistry): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: one,
      roles: allowed.readers,
      summary: 'Gives a membership by its id.',
      handle: async (call) =>
        isUuid(call.param('acl')) ? answerEntity(await acls.get(idOf(call)), writeAcl) : notFound,
    }),
    defineRoute({
      method: 'GET',
      path: '/acls/:acl/consumer',
      roles: allowed.readers,
      summary: 'Gives the Consumer of a membership.',
      handle: (call) =>
        withMembership(acls, call, notFound, async ({ consumer }) =>
          answerEntity(await consumers.get({ by: 'id', value: consumer.id }), writeConsumer),
        ),
    }),
  ];
}

function createWriteRoutes(registry: AclRegistry): readonly Route[] {
  const { acls, consumers } = registry;
  return [
    defineRoute({
      method: 'PUT',
      path: one,
      roles: allowed.nobodyElse,
      summary: 'Creates or replaces a membership of the Consumer that the body names.',
      body: aclBody,
      async handle(call) {
        if (!isUuid(call.param('acl'))) return schemaViolation({ id: 'expected a valid UUID' });
        return withNamedConsumer(consumers, call, (consumer) => putAcl(registry, consumer, call));
      },
    }),
    defineRoute({
      method: 'PATCH',
      path: one,
      roles: allowed.nobodyElse,
      summary: 'Changes the given fields of a membership.',
      body: aclBody,
      handle: (call) =>
        withMembership(acls, call, notFound, async ({ id, consumer }) => {
          const owner: ConsumerKey = { by: 'id', value: consumer.id };
          const { group, tags } = call.body;
          if (await isOfAnother(registry, owner, call.body)) return otherConsumer;
          const changed = await acls.patch(
            owner,
            { by: 'id', value: id },
            { group, tags },
            call.write,
          );
          return answerWritten(changed, call, writeAcl);
        }),
    }),
    defineRoute({
      method: 'DELETE',
      path: one,
      roles: allowed.nobodyElse,
      summary: 'Deletes a membership.',
      handle: (call) =>
        withMembership(acls, call, answerGone(call), async ({ id, consumer }) => {
          const owner: ConsumerKey = { by: 'id', value: consumer.id };
          const deleted = await acls.delete(owner, { by: 'id', value: id }, call.write);
          if (deleted.ok) return noContent;
          const { stop } = deleted;
          return stop.kind === 'not_found' ? answerGone(call) : explainWrite(stop, call);
        }),
    }),
  ];
}

function idOf(call: Pick<Call, 'param'>): string {
  return call.param('acl').toLowerCase();
}

async function withMembership<Body>(
  acls: Acls,
  call: Call<Body>,
  missing: Answer,
  then: (acl: AclEntity) => Promise<Answer>,
): Promise<Answer> {
  if (!isUuid(call.param('acl'))) return missing;
  const found = await acls.get(idOf(call));
  if (found.ok) return then(found.value);
  return found.stop.kind === 'not_found' ? missing : explainProblem(found.stop);
}

/** Kong's 400 where the body names no Consumer, or one that is not there. */
async function withNamedConsumer(
  consumers: Consumers,
  call: Call<AclBody>,
  then: (consumer: ConsumerKey) => Promise<Answer>,
): Promise<Answer> {
  const key = readAclConsumer(call.body);
  if (key === null) {
    const group = call.body.group === undefined ? { group: 'required field missing' } : {};
    return schemaViolation({ consumer: 'required field missing', ...group });
  }
  const found = await consumers.get(key);
  if (found.ok) return then(key);
  return found.stop.kind === 'not_found'
    ? foreignKeyViolation('consumer', { [key.by]: key.value })
    : explainProblem(found.stop);
}
