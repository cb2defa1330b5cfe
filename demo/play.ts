import { randomUUID } from 'node:crypto';
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
  /** Of what the Admin API answers about; else empty. */
  readonly id: string;
}

type Headers = Readonly<Record<string, string>>;

const momentMs = 2000;

/** Sends the request, and tells what became of it. */
export async function play(scene: Scene, world: World): Promise<Played> {
  if (scene.to === 'admin') return playAdmin(scene, world);
  const limit = AbortSignal.timeout(scene.afterChange === true ? momentMs : 0);
  let played = await playThroughEnvoy(scene, world);
  while (!played.asExpected && scene.afterChange === true && !limit.aborted) {
    played = await playThroughEnvoy(scene, world);
  }
  return played;
}

async function playAdmin(scene: Scene, { admin }: World): Promise<Played> {
  const { status, body } = await admin.send(scene);
  const reason = readText(body, 'status') || readText(body, 'message');
  const page = JSON.stringify(body);
  return {
    scene,
    status,
    reason,
    detail: '',
    cache: '',
    method: '',
    upstreamSaw: null,
    answer: { setCookie: [], challenge: null, page, id: readText(body, 'id') },
    asExpected: status === scene.status && reason === scene.reason,
  };
}

/** Finds its line in Postern's log, too. */
async function playThroughEnvoy(scene: Scene, world: World): Promise<Played> {
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
      id: '',
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

function readText(line: Readonly<Record<string, unknown>>, field: string): string {
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
