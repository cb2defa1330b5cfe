import type { Consumers } from '../../registry/ports.ts';
import { writeConsumer } from '../../registry/write-entity.ts';
import { allowed } from '../access/roles.ts';
import { answerEntity, answerGone, answerWritten, explainWrite } from '../http/answer-with.ts';
import { noContent, ok, type Answer } from '../http/answer.ts';
import { defineRoute } from '../http/define-route.ts';
import { explainProblem } from '../http/explain-problem.ts';
import { readTaggedPage, taggedParameters, writePage } from '../http/read-page.ts';
import type { Call, Route } from '../http/route.ts';
import { entityViolation, schemaViolation } from '../http/violations.ts';
import {
  consumerBody,
  nameless,
  readConsumer,
  readConsumerKey,
  type ConsumerBody,
} from './consumer-body.ts';

const list = '/consumers';
const one = '/consumers/:consumer';

/** Kong's Consumers, without those that applications own. */
export function createConsumerRoutes(consumers: Consumers): readonly Route[] {
  return [...createListRoutes(consumers), ...createEntityRoutes(consumers)];
}

function createListRoutes(consumers: Consumers): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: list,
      roles: allowed.readers,
      summary: 'Lists Consumers.',
      query: [...taggedParameters, 'custom_id'],
      handle: (call) => listConsumers(consumers, call),
    }),
    defineRoute({
      method: 'POST',
      path: list,
      roles: allowed.nobodyElse,
      summary: 'Creates a Consumer.',
      body: consumerBody,
      async handle(call) {
        if (isNameless(call.body)) return entityViolation(nameless);
        const draft = { ...readConsumer(call.body), id: call.body.id };
        return answerWritten(await consumers.create(draft, call.write), call, writeConsumer);
      },
    }),
  ];
}

function createEntityRoutes(consumers: Consumers): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: one,
      roles: allowed.readers,
      summary: 'Gives a Consumer, by id or username.',
      handle: async (call) => answerEntity(await consumers.get(keyOf(call)), writeConsumer),
    }),
    defineRoute({
      method: 'PUT',
      path: one,
      roles: allowed.nobodyElse,
      summary: 'Creates a Consumer, or replaces its username, custom_id and tags.',
      body: consumerBody,
      handle: (call) => putConsumer(consumers, call),
    }),
    defineRoute({
      method: 'PATCH',
      path: one,
      roles: allowed.nobodyElse,
      summary: 'Changes the given fields of a Consumer.',
      body: consumerBody,
      async handle(call) {
        if (await isOfAnother(consumers, call)) {
          return schemaViolation({ id: 'expected the id of the path' });
        }
        const changed = await consumers.patch(keyOf(call), readConsumer(call.body), call.write);
        return answerWritten(changed, call, writeConsumer);
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: one,
      roles: allowed.nobodyElse,
      summary: 'Deletes a Consumer with its groups and registrations.',
      async handle(call) {
        const deleted = await consumers.delete(keyOf(call), call.write);
        if (deleted.ok) return noContent;
        const { stop } = deleted;
        return stop.kind === 'not_found' ? answerGone(call) : explainWrite(stop, call);
      },
    }),
  ];
}

function keyOf(call: Pick<Call, 'param'>) {
  return readConsumerKey(call.param('consumer'));
}

async function listConsumers(consumers: Consumers, call: Call<undefined>): Promise<Answer> {
  const page = readTaggedPage(call);
  if (!page.ok) return page.stop;
  const customId = call.query.get('custom_id');
  if (customId !== undefined) return findByCustomId(consumers, customId);
  const listed = await consumers.list(page.value);
  return listed.ok ? writePage(listed.value, call, writeConsumer) : explainProblem(listed.stop);
}

/** Kong's one search: a list of one, or of none. */
async function findByCustomId(consumers: Consumers, value: string): Promise<Answer> {
  const found = await consumers.get({ by: 'custom_id', value });
  if (!found.ok && found.stop.kind !== 'not_found') return explainProblem(found.stop);
  return ok({ data: found.ok ? [writeConsumer(found.value)] : [], next: null, offset: null });
}

async function putConsumer(consumers: Consumers, call: Call<ConsumerBody>): Promise<Answer> {
  const key = keyOf(call);
  const { id } = call.body;
  if (key.by === 'id' && isNameless(call.body)) return entityViolation(nameless);
  if (id !== undefined && id !== key.value) {
    return schemaViolation({ id: 'expected the id of the path' });
  }
  const named =
    key.by === 'username' ? { ...call, body: { username: key.value, ...call.body } } : call;
  const written = await consumers.put(key, readConsumer(call.body), call.write);
  return answerWritten(written, named, writeConsumer);
}

/** Whether the body has the id of somebody else than the path names; of nobody, the patch tells. */
async function isOfAnother(consumers: Consumers, call: Call<ConsumerBody>): Promise<boolean> {
  const { id } = call.body;
  if (id === undefined) return false;
  const found = await consumers.get(keyOf(call));
  return found.ok && found.value.id !== id;
}

function isNameless({ username, custom_id: customId }: ConsumerBody): boolean {
  return (username ?? '') === '' && (customId ?? '') === '';
}
