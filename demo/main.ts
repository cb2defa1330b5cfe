import { once } from 'node:events';
import { adminTokens } from './admin.ts';
import { play, type Played } from './play.ts';
import { scenario } from './scenario.ts';
import { openSession } from './scenes/sessions.ts';
import type { Chapter } from './scene.ts';
import { writeChapter, writeRow } from './table.ts';
import { resources, startWorld, type World } from './world.ts';

/** `npm run demo`: a scripted scenario through a real Envoy; stays up unless `--once` is given. */
async function main(): Promise<void> {
  say('starting an OIDC provider, a Redis, an upstream, Postern and Envoy …');
  const world = await startWorld();
  try {
    const played: Played[] = [];
    for (const chapter of scenario) played.push(...(await playChapter(chapter, world)));
    const failed = played.filter(({ asExpected }) => !asExpected).length;
    say(
      failed === 0 ? '\nEvery request went as it should.' : `\n${String(failed)} went otherwise.`,
    );
    process.exitCode = failed === 0 ? 0 : 1;
    if (!process.argv.includes('--once')) await stayUp(world, played);
  } finally {
    await world.stop();
  }
}

async function playChapter(chapter: Chapter, world: World): Promise<readonly Played[]> {
  say(writeChapter(chapter.title));
  const played: Played[] = [];
  const scenes = chapter.play(world);
  let next = await scenes.next();
  while (next.done !== true) {
    const outcome = await play(next.value, world);
    say(writeRow(outcome));
    played.push(outcome);
    next = await scenes.next(outcome);
  }
  return played;
}

async function stayUp(world: World, played: readonly Played[]): Promise<void> {
  const { authorization } =
    played.find(({ scene }) => scene.title.startsWith('an opaque'))?.scene.headers ?? {};
  const { envoy, postern, provider, admin } = world;
  const waiting = await admin.findRegistration('warehouse', 'orders');
  say(`
Try it (Ctrl-C ends everything):

  curl -i ${envoy.url}/orders/42
  curl -i ${envoy.url}/orders/42 -H 'authorization: ${authorization ?? ''}'
  curl -i ${envoy.url}/orders/42 -u billing:billing-secret
  curl -i ${envoy.url}/orders/admin -u billing:billing-secret
  curl ${envoy.url}/.well-known/oauth-protected-resource/orders

A session that a token has just opened:

  curl -i ${envoy.url}/shop/cart -H 'cookie: ${await openSession(world)}'

A token of another application, such as warehouse, which waits for approval:

  curl -s ${provider.issuer}/token -u warehouse:warehouse-secret -d grant_type=client_credentials \\
    -d scope=orders.read -d resource=${resources.opaque}

Approve it, and ask again:

  curl -X PATCH ${admin.url}${waiting} \\
    -H 'Kong-Admin-Token: ${adminTokens.board}' -d status=approved

Who has done what:

  curl -H 'Kong-Admin-Token: ${adminTokens.board}' ${admin.url}/audit

What Postern says of itself:

  curl '${postern.opsUrl}/readyz?verbose'
  curl ${postern.opsUrl}/metrics
`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  say('stopping …');
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

await main();
