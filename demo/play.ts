import { randomUUID } from 'node:crypto';
import type { LogLine } from '../test/support/postern.ts';
import type { Scene } from './scene.ts';
import type { World } from './world.ts';

/** What became of a scene. */
export interface Played {
  readonly scene: Scene;
  readonly status: number;
  readonly reason: string;
  /** What Postern's log says beside the reason; empty where it says nothing. */
  readonly detail: string;
  /** Where the verified token came from; empty where none was verified. */
  readonly cache: string;
  /** How the caller authenticated; empty where it did not. */
  readonly method: string;
  /** Identity headers that the upstream saw; null where the request did not get there. */
  readonly upstreamSaw: readonly string[] | null;
  readonly answer: ClientAnswer;
  readonly asExpected: boolean;
}

/** What the client got of Postern's. */
export interface ClientAnswer {
  readonly setCookie: readonly string[];
  /** Values of `www-authenticate`. */
  readonly challenge: string | null;
  /** Where the answer is neither the upstream's nor a refusal. */
  readonly page: string;
}

type Headers = Readonly<Record<string, string>>;

/** Sends the request through Envoy, and finds its line in Postern's log. */
export async function play(scene: Scene, world: World): Promise<Played> {
  const requestId = randomUUID();
  const response = await fetch(`${world.envoy.url}${scene.path}`, {
    method: scene.method ?? 'GET',
    headers: { ...scene.headers, 'x-request-id': requestId },
  });
  const body = await response.text();
  const upstreamSaw = readEcho(body);
  const line = await world.postern.untilLine(({ request_id: id }) => id === requestId);
  const reason = readText(line, 'reason');
  const { status } = response;
  return {
    scene,
    status,
    reason,
    detail: readText(line, 'detail'),
    cache: readText(line, 'cache'),
    method: readText(line, 'auth_method'),
    upstreamSaw: upstreamSaw && identityHeaders(upstreamSaw),
    answer: {
      setCookie: response.headers.getSetCookie(),
      challenge: response.headers.get('www-authenticate'),
      page: response.ok && upstreamSaw === null ? body : '',
    },
    asExpected:
      status === scene.status && reason === scene.reason && isClean(upstreamSaw ?? {}, world),
  };
}

/** Headers as the upstream received them, which are what it answers; null for other answers. */
function readEcho(body: string): Headers | null {
  const answer = body === '' ? {} : (JSON.parse(body) as { readonly headers?: Headers });
  return answer.headers ?? null;
}

function readText(line: LogLine, field: string): string {
  const value = line[field];
  return typeof value === 'string' ? value : '';
}

function identityHeaders(headers: Headers): string[] {
  return Object.entries(headers)
    .filter(([name]) => /^x[-_](consumer|authenticated|credential|anonymous)/.test(name))
    .map(([name, value]) => `${name}: ${value}`);
}

/** Neither what a caller forged nor what it authenticated with may reach the upstream. */
function isClean(headers: Headers, { sessionCookie }: World): boolean {
  const forged = identityHeaders(headers).some((line) => /root|admin/.test(line));
  const { authorization, dpop, cookie = '' } = headers;
  return (
    !forged && authorization === undefined && dpop === undefined && !cookie.includes(sessionCookie)
  );
}
