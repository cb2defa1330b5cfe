import { z } from 'zod';
import { halt } from '../../lib/step.ts';
import type { Outcome } from '../../registry/ports.ts';
import { notFound as noSuch } from '../../registry/problem.ts';
import type { DeadLetter, EndpointState, Webhooks } from '../../registry/webhooks.ts';
import { allowed } from '../access/roles.ts';
import { noContent, ok, type Answer } from '../http/answer.ts';
import { defineRoute } from '../http/define-route.ts';
import { explainProblem } from '../http/explain-problem.ts';
import { pageParameters, readPage, writePage } from '../http/read-page.ts';
import type { Call, Route } from '../http/route.ts';

const list = '/webhooks/dead-letters';
const one = '/webhooks/dead-letters/:letter';

const bulkBody = z.strictObject({ ids: z.array(z.string()).min(1).max(1000) });

/** Those in force; null = none are configured. */
type Find = () => Webhooks | null;

/** Who is told of registrations, and what could not be told. */
export function createWebhookRoutes(find: Find): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/webhooks',
      roles: allowed.readers,
      summary: 'Lists the configured webhooks, and how their last deliveries went.',
      async handle() {
        const states = await find()?.endpoints();
        if (states?.ok === false) return explainProblem(states.stop);
        return ok({ data: (states?.value ?? []).map(writeState), next: null, offset: null });
      },
    }),
    defineRoute({
      method: 'GET',
      path: list,
      roles: allowed.readers,
      summary: 'Lists what could not be delivered, newest first.',
      query: [...pageParameters, 'endpoint'],
      handle: (call) => listLetters(find(), call),
    }),
    ...createLetterRoutes(find),
  ];
}

function createLetterRoutes(find: Find): readonly Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: `${list}/redeliver`,
      roles: allowed.nobodyElse,
      summary: 'Delivers many of them again; each succeeds or fails by itself.',
      heeds: [],
      body: bulkBody,
      handle: ({ body: { ids } }) => redeliverMany(find(), ids),
    }),
    defineRoute({
      method: 'POST',
      path: `${one}/redeliver`,
      roles: allowed.nobodyElse,
      summary: 'Delivers one of them again, with as many attempts as a new one has.',
      heeds: [],
      handle: async (call) => answerLetter(await redeliver(find(), call.param('letter'))),
    }),
    defineRoute({
      method: 'DELETE',
      path: one,
      roles: allowed.nobodyElse,
      summary: 'Deletes one of them.',
      heeds: [],
      async handle(call) {
        const discarded = await (find()?.discard(call.param('letter')) ?? missing());
        return discarded.ok ? noContent : explainProblem(discarded.stop);
      },
    }),
  ];
}

async function listLetters(webhooks: Webhooks | null, call: Call<undefined>): Promise<Answer> {
  const page = readPage(call);
  if (!page.ok) return page.stop;
  if (webhooks === null) return writePage({ items: [], next: null }, call, writeLetter);
  const endpoint = call.query.get('endpoint');
  const listed = await webhooks.deadLetters({ ...page.value, endpoint });
  return listed.ok ? writePage(listed.value, call, writeLetter) : explainProblem(listed.stop);
}

async function redeliverMany(webhooks: Webhooks | null, ids: readonly string[]): Promise<Answer> {
  const data: object[] = [];
  for (const id of new Set(ids)) {
    const { status, body } = answerLetter(await redeliver(webhooks, id));
    data.push({ id, status, ...(status === 200 ? { dead_letter: body } : { error: body }) });
  }
  return ok({ data });
}

function redeliver(webhooks: Webhooks | null, id: string): Outcome<DeadLetter> {
  return webhooks?.redeliver(id) ?? missing();
}

async function missing(): Outcome<never> {
  return halt(noSuch('dead_letter'));
}

function answerLetter(done: Awaited<Outcome<DeadLetter>>): Answer {
  return done.ok ? ok(writeLetter(done.value)) : explainProblem(done.stop);
}

function writeState(state: EndpointState): object {
  const { name, origin, events, pending, lastSuccessAt, lastFailure } = state;
  return {
    name,
    origin,
    events,
    pending,
    last_success: lastSuccessAt === null ? null : writeTime(lastSuccessAt),
    last_failure:
      lastFailure === null
        ? null
        : { time: writeTime(lastFailure.at), problem: lastFailure.problem },
  };
}

function writeLetter(letter: DeadLetter): object {
  const { position, endpoint, id, type, failures, at, problem, body } = letter;
  return {
    id: position,
    endpoint,
    webhook_id: id,
    type,
    attempts: failures,
    time: writeTime(at),
    problem,
    payload: JSON.parse(body) as unknown,
  };
}

function writeTime(ms: number): string {
  return new Date(ms).toISOString();
}
