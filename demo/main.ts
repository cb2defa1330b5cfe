import { once } from 'node:events';
import { play, type Played } from './play.ts';
import { scenario } from './scenario.ts';
import type { Chapter } from './scene.ts';
import { writeChapter, writeRow } from './table.ts';
import { writeTryIt } from './try-it.ts';
import { startWorld, type World } from './world.ts';

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
  const opaque = played.find(({ scene }) => scene.title.startsWith('an opaque'));
  say(await writeTryIt(world, `authorization: ${opaque?.scene.headers['authorization'] ?? ''}`));
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  say('stopping …');
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

await main();
