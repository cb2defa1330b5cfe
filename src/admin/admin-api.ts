import { randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Clock } from '../lib/clock.ts';
import type { AdmitOptions } from './access/admit.ts';
import { createDoor, type Door } from './access/door.ts';
import type { Role } from './access/roles.ts';
import { WritePace } from './access/write-pace.ts';
import { refusal } from './http/answer.ts';
import { CallNotes } from './http/call-notes.ts';
import { readRequestId } from './http/request-id.ts';
import { sendAnswer } from './http/send-answer.ts';
import { answerOtherMethods, serveRoute } from './http/serve-route.ts';
import { listRoutes, type RouteParts } from './list-routes.ts';

/** One request that is over, for the access log. */
export interface AnsweredCall {
  readonly requestId: string;
  readonly method: string;
  /** As in the table of routes, without the names in it; null = there is no such route. */
  readonly route: string | null;
  /** {@link callerLeft} where there was no answer. */
  readonly status: number;
  /** It hung up before it had the whole answer; what it asked for may be done all the same. */
  readonly callerGone: boolean;
  /** Null = nobody was let in. */
  readonly actor: string | null;
  readonly role: Role | null;
  readonly source: string;
  readonly durationMs: number;
  /** Of a store that failed. */
  readonly detail: string | null;
}

export interface AdminApiOptions extends RouteParts {
  readonly access: AdmitOptions['access'];
  readonly clock: Clock;
  readonly onAnswered: (call: AnsweredCall) => void;
  /** A bug, of which the caller is told nothing. */
  readonly onError: (error: unknown, requestId: string) => void;
}

/** In the log and the metrics, as with nginx: the caller did not wait for its answer. */
const callerLeft = 499;

const maxBodyBytes = 262_144;
/** Names of Consumers stand in paths. */
const maxParamLength = 8192;

const headers = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

/**
 * The Admin API (contract section 9) as a handler for an HTTP server: Kong's routes, the portal's and
 * our own. All that may be asked for, and by whom, is in the table of routes.
 */
export async function createAdminApi(options: AdminApiOptions): Promise<RequestListener> {
  const notes = new CallNotes();
  const door = openDoor(notes, options);
  const app = fastify({
    bodyLimit: maxBodyBytes,
    genReqId: readRequestId,
    requestIdHeader: false,
    // What comes here, such as a path that cannot be decoded, comes past all hooks.
    frameworkErrors: (error, request, reply) => {
      const message = clientErrors[error.statusCode ?? 400] ?? 'Bad request';
      const refused = refusal(error.statusCode ?? 400, message);
      sendAnswer(reply, door.enter(request, reply) ?? refused);
    },
    routerOptions: { maxParamLength, ignoreTrailingSlash: true },
  });
  // Bytes are read by the route, which says what is wrong with them.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    '*',
    { parseAs: 'buffer' },
    async (_request: unknown, bytes: Buffer) => bytes,
  );

  app.addHook('onRequest', async (request, reply) => {
    const refused = door.enter(request, reply);
    return refused === null ? undefined : sendAnswer(reply, refused);
  });
  serveRoutes(app, notes, options);
  answerErrors(app, options);
  await app.ready();
  return (request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.setHeader('server', `postern/${options.version}`);
    app.routing(request, response);
  };
}

function openDoor(notes: CallNotes, { access, clock, onAnswered }: AdminApiOptions): Door {
  return createDoor({
    access,
    clock,
    notes,
    onOver: (request, reply, durationMs) => {
      onAnswered({ ...describeCall(request, reply, notes), durationMs });
    },
  });
}

function serveRoutes(app: FastifyInstance, notes: CallNotes, options: AdminApiOptions): void {
  const routes = listRoutes(options);
  const pace = new WritePace(options.clock);
  for (const route of routes) {
    serveRoute(app, route, { createId: randomUUID, notes, pace });
  }
  answerOtherMethods(app, routes);
  app.setNotFoundHandler((_request, reply) => sendAnswer(reply, refusal(404, 'Not found')));
}

const clientErrors: Readonly<Record<number, string>> = {
  400: 'Bad request',
  413: 'Request body too large',
  414: 'Path too long',
  415: 'Unsupported media type',
};

/** What the framework refuses is told in Kong's form; anything else is ours. */
function answerErrors(app: FastifyInstance, { onError }: AdminApiOptions): void {
  app.setErrorHandler((error, request, reply) => {
    const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
    const message = clientErrors[status];
    if (message !== undefined) return sendAnswer(reply, refusal(status, message));
    onError(error, request.id);
    return sendAnswer(reply, refusal(500, 'An unexpected error occurred'));
  });
}

function describeCall(
  request: FastifyRequest,
  reply: FastifyReply,
  notes: CallNotes,
): Omit<AnsweredCall, 'durationMs'> {
  const { actor, detail } = notes.of(request);
  const { headersSent, writableFinished } = reply.raw;
  return {
    requestId: request.id,
    method: request.method,
    route: request.routeOptions.url ?? null,
    status: headersSent ? reply.statusCode : callerLeft,
    callerGone: !writableFinished,
    actor: actor?.name ?? null,
    role: actor?.role ?? null,
    source: request.raw.socket.remoteAddress ?? '',
    detail,
  };
}
