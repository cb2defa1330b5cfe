import type { ConsumerKey, Registry } from '../../registry/ports.ts';
import type { RegistryProblem } from '../../registry/problem.ts';
import { writeAcl } from '../../registry/write-entity.ts';
import { allowed } from '../access/roles.ts';
import { answerEntity, answerGone, answerWritten, explainWrite } from '../http/answer-with.ts';
import { noContent, type Answer } from '../http/answer.ts';
import { defineRoute } from '../http/define-route.ts';
import { explainProblem } from '../http/explain-problem.ts';
import { readTaggedPage, taggedParameters, writePage } from '../http/read-page.ts';
import type { Call, Route } from '../http/route.ts';
import { schemaViolation } from '../http/violations.ts';
import { aclBody, readAclConsumer, readAclKey, type AclBody } from './acl-body.ts';
import { readConsumerKey } from './consumer-body.ts';

/** What the routes of memberships work on. */
export type AclRegistry = Pick<Registry, 'acls' | 'consumers'>;

const list = '/consumers/:consumer/acls';
const one = '/consumers/:consumer/acls/:acl';

/** The groups of one Consumer. */
export function createConsumerAclRoutes(registry: AclRegistry): readonly Route[] {
  return [...createListRoutes(registry), ...createMembershipRoutes(registry)];
}

function createListRoutes(registry: AclRegistry): readonly Route[] {
  const { acls } = registry;
  return [
    defineRoute({
      method: 'GET',
      path: list,
      roles: allowed.readers,
      summary: 'Lists the groups of a Consumer.',
      query: taggedParameters,
      async handle(call) {
        const page = readTaggedPage(call);
        if (!page.ok) return page.stop;
        const listed = await acls.listOf(ownerOf(call), page.value);
        return listed.ok ? writePage(listed.value, call, writeAcl) : explainProblem(listed.stop);
      },
    }),
    defineRoute({
      method: 'POST',
      path: list,
      roles: allowed.nobodyElse,
      summary: 'Adds a Consumer to a group.',
      body: aclBody,
      handle: (call) => createAcl(registry, ownerOf(call), call),
    }),
  ];
}

function createMembershipRoutes(registry: AclRegistry): readonly Route[] {
  const { acls } = registry;
  return [
    defineRoute({
      method: 'GET',
      path: one,
      roles: allowed.readers,
      summary: 'Gives a membership of a Consumer, by id or group.',
      handle: async (call) =>
        answerEntity(await acls.getOf(ownerOf(call), membershipOf(call)), writeAcl),
    }),
    defineRoute({
      method: 'PUT',
      path: one,
      roles: allowed.nobodyElse,
      summary: 'Creates or replaces a membership; with a group in the path the body may be empty.',
      body: aclBody,
      handle: (call) => putAcl(registry, ownerOf(call), call),
    }),
    defineRoute({
      method: 'PATCH',
      path: one,
      roles: allowed.nobodyElse,
      summary: 'Changes the given fields of a membership.',
      body: aclBody,
      async handle(call) {
        const { group, tags } = call.body;
        const changes = { group, tags };
        if (await isOfAnother(registry, ownerOf(call), call.body)) return otherConsumer;
        const changed = await acls.patch(ownerOf(call), membershipOf(call), changes, call.write);
        return answerWritten(changed, call, writeAcl);
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: one,
      roles: allowed.nobodyElse,
      summary: 'Takes a Consumer out of a group.',
      async handle(call) {
        const deleted = await acls.delete(ownerOf(call), membershipOf(call), call.write);
        if (deleted.ok) return noContent;
        return isConsumerGone(deleted.stop) ? answerGone(call) : explainWrite(deleted.stop, call);
      },
    }),
  ];
}

/** A client that deleted the Consumer first has what it wanted. */
function isConsumerGone(problem: RegistryProblem): boolean {
  return problem.kind === 'not_found' && problem.entity === 'consumer';
}

function ownerOf(call: Pick<Call, 'param'>): ConsumerKey {
  return readConsumerKey(call.param('consumer'));
}

function membershipOf(call: Pick<Call, 'param'>) {
  return readAclKey(call.param('acl'));
}

/** Adds a Consumer to the group of the body. */
export async function createAcl(
  registry: AclRegistry,
  consumer: ConsumerKey,
  call: Call<AclBody>,
): Promise<Answer> {
  const { id, group, tags } = call.body;
  if (group === undefined) return schemaViolation({ group: 'required field missing' });
  if (await isOfAnother(registry, consumer, call.body)) return otherConsumer;
  return answerWritten(
    await registry.acls.create(consumer, { id, group, tags }, call.write),
    call,
    writeAcl,
  );
}

/** Creates or replaces the membership of the path. */
export async function putAcl(
  registry: AclRegistry,
  consumer: ConsumerKey,
  call: Call<AclBody>,
): Promise<Answer> {
  const key = membershipOf(call);
  const { id, group, tags } = call.body;
  if (key.by === 'id' && group === undefined) {
    return schemaViolation({ group: 'required field missing' });
  }
  if (id !== undefined && id !== key.value) {
    return schemaViolation({ id: 'expected the id of the path' });
  }
  if (await isOfAnother(registry, consumer, call.body)) return otherConsumer;
  return answerWritten(
    await registry.acls.put(consumer, key, { group, tags }, call.write),
    call,
    writeAcl,
  );
}

export const otherConsumer = schemaViolation({ consumer: 'expected the Consumer of the path' });

/** Whether the body names somebody else than the path does, by this name or another. */
export async function isOfAnother(
  { consumers }: Pick<AclRegistry, 'consumers'>,
  consumer: ConsumerKey,
  body: AclBody,
): Promise<boolean> {
  const named = readAclConsumer(body);
  if (named === null) return false;
  if (named.by === consumer.by) return named.value !== consumer.value;
  const found = await consumers.get(named);
  if (!found.ok) return true;
  const { id, username } = found.value;
  return consumer.value !== (consumer.by === 'id' ? id : username);
}
