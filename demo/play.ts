import type { LogLine } from '../test/support/postern.ts';
import type { Scene } from './scenario.ts';
import type { World } from './world.ts';

/** What became of a scene. */
export interface Played {
  readonly scene: Scene;
  readonly status: number;
  readonly reason: string;
  /** Where the verified token came from; empty where none was verified. */
  readonly cache: string;
  /** Identity headers that the upstream saw; null where the request did not get there. */
  readonly upstreamSaw: readonly string[] | null;
  readonly asExpected: boolean;
}

interface Answer {
  /** In a refusal. */
  readonly request_id?: string;
  /** In the echo of the upstream. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends the request through Envoy, and finds its line in Postern's log. */
export async function play(scene: Scene, world: World): Promise<Played> {
  const headers = new Headers(scene.headers);
  if (scene.token !== null) headers.set('authorization', `Bearer ${scene.token}`);
  const response = await fetch(`${world.envoy.url}${scene.path}`, { headers });
  const answer = (await response.json()) as Answer;
  const requestId = answer.request_id ?? answer.headers?.['x-request-id'];
  const line = await world.postern.untilLine(({ request_id }) => request_id === requestId);
  return judge(scene, response.status, line, answer);
}

function judge(scene: Scene, status: number, line: LogLine, { headers }: Answer): Played {
  const reason = String(line['reason']);
  return {
    scene,
    status,
    reason,
    cache: typeof line['cache'] === 'string' ? line['cache'] : '',
    upstreamSaw: headers === undefined ? null : identityHeaders(headers),
    asExpected: status === scene.status && reason === scene.reason && noForgery(headers),
  };
}

function identityHeaders(headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(headers)
    .filter(([name]) => /^x[-_](consumer|authenticated|credential|anonymous)/.test(name))
    .map(([name, value]) => `${name}: ${value}`);
}

/** Neither what a caller forged nor its token may reach the upstream. */
function noForgery(headers: Readonly<Record<string, string>> = {}): boolean {
  const forged = identityHeaders(headers).some((line) => /root|admin/.test(line));
  return !forged && headers['authorization'] === undefined;
}
