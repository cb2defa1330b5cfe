import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { halt, pass, type Step } from '../../lib/step.ts';
import type { Actor } from '../access/roles.ts';
import type { WritePace } from '../access/write-pace.ts';
import type { CallNotes } from './call-notes.ts';
import { refusal, type Answer } from './answer.ts';
import { readBody } from './read-body.ts';
import { readWriteContext } from './read-write-context.ts';
import type { Call, Method, Route } from './route.ts';
import { sendAnswer } from './send-answer.ts';
import { invalidOption } from './violations.ts';

export interface ServeOptions {
  readonly notes: CallNotes;
  /** Of requesters' writes. */
  readonly pace: WritePace;
  /** Names a write whose caller gave it no name. */
  readonly createId: () => string;
}

/** Puts a row of the table of routes into the router: role, parameters, body, then its handler. */
export function serveRoute(
  app: FastifyInstance,
  route: Route,
  { notes, pace, createId }: ServeOptions,
): void {
  app.route({
    method: route.method,
    url: route.path,
    async handler(request, reply) {
      const note = notes.of(request);
      const { actor } = note;
      if (actor === null) throw new TypeError('a request came past admission');
      if (actor.role !== 'admin' && !route.roles.includes(actor.role)) {
        return sendAnswer(reply, refusal(403, `The role ${actor.role} may not do this`));
      }
      if (isTooFast(route, actor, pace)) return sendAnswer(reply, tooFast);
      const call = readCall(request, route, actor, createId);
      if (!call.ok) return sendAnswer(reply, call.stop);
      const { operationId, repeatable } = call.value.write;
      if (repeatable === true && route.heeds.includes('Idempotency-Key')) {
        reply.header('idempotency-key', operationId);
      }
      const answer = await route.run(call.value);
      note.detail = answer.detail ?? null;
      return sendAnswer(reply, answer);
    },
  });
}

function isTooFast({ method }: Route, { name, role }: Actor, pace: WritePace): boolean {
  return role === 'requester' && method !== 'GET' && !pace.take(name);
}

const tooFast: Answer = {
  ...refusal(429, 'Too many writes a second for the role requester; nothing was changed'),
  headers: { 'retry-after': '1' },
};

function readCall(
  request: FastifyRequest,
  route: Route,
  actor: Actor,
  createId: () => string,
): Step<Call, Answer> {
  const query = readQuery(request, route.query);
  if (!query.ok) return query;
  const body = readBody(request.headers['content-type'], request.body);
  if (!body.ok) return body;
  if (request.headers['if-match'] !== undefined && !route.heeds.includes('If-Match')) {
    return halt(unheeded);
  }
  const write = readWriteContext(request.headers, actor, createId);
  if (!write.ok) return write;
  const params = request.params as Readonly<Record<string, string>>;
  return pass({
    actor,
    method: route.method,
    param: (name) => readParam(params, name),
    query: query.value,
    body: body.value,
    route: route.path,
    path: request.url.split('?', 1)[0] ?? '/',
    write: write.value,
  });
}

/** A condition that is not looked at would be one that always holds. */
const unheeded = refusal(
  400,
  'If-Match: not taken here, only by writes to one thing that is there',
);

function readParam(params: Readonly<Record<string, string>>, name: string): string {
  const value = Object.hasOwn(params, name) ? params[name] : undefined;
  if (value === undefined) throw new TypeError(`the path has no :${name}`);
  return value;
}

/** A filter that is not known would be one that does not filter, and clients delete by lists. */
function readQuery(
  request: FastifyRequest,
  known: readonly string[],
): Step<ReadonlyMap<string, string>, Answer> {
  const query = new Map<string, string>();
  const [, text = ''] = request.url.split('?', 2);
  for (const [name, value] of new URLSearchParams(text)) {
    if (!known.includes(name)) return halt(invalidOption(name.slice(0, 64), 'unknown parameter'));
    if (query.has(name)) return halt(invalidOption(name, 'given more than once'));
    query.set(name, value);
  }
  return pass(query);
}

const methods: readonly Method[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** A path that is known by other methods says so. */
export function answerOtherMethods(app: FastifyInstance, routes: readonly Route[]): void {
  for (const [path, own] of groupMethods(routes)) {
    const others = methods.filter((method) => !own.has(method));
    const allow = [...own, ...(own.has('GET') ? ['HEAD'] : [])].join(', ');
    app.route({
      method: [...others, 'OPTIONS'],
      url: path,
      handler: (_request, reply) => refuseMethod(reply, allow),
    });
  }
}

function groupMethods(routes: readonly Route[]): Map<string, Set<string>> {
  const byPath = new Map<string, Set<string>>();
  for (const { path, method } of routes) {
    byPath.set(path, (byPath.get(path) ?? new Set()).add(method));
  }
  return byPath;
}

function refuseMethod(reply: FastifyReply, allow: string): FastifyReply {
  return sendAnswer(reply, { ...refusal(405, 'Method not allowed'), headers: { allow } });
}
