import { once } from 'node:events';
import { play, type Played } from './play.ts';
import { writeScenario } from './scenario.ts';
import { writeTable } from './table.ts';
import { startWorld, type World } from './world.ts';

/** `npm run demo`: a scripted scenario through a real Envoy; stays up unless `--once` is given. */
async function main(): Promise<void> {
  say('starting an OIDC provider, an upstream, Postern and Envoy …');
  const world = await startWorld();
  try {
    const played: Played[] = [];
    for (const scene of await writeScenario(world)) played.push(await play(scene, world));
    say(`\n${writeTable(played)}\n`);
    const failed = played.filter(({ asExpected }) => !asExpected).length;
    say(failed === 0 ? 'Every request went as it should.' : `${String(failed)} went otherwise.`);
    process.exitCode = failed === 0 ? 0 : 1;
    if (!process.argv.includes('--once')) await stayUp(world, played);
  } finally {
    await world.stop();
  }
}

async function stayUp(world: World, played: readonly Played[]): Promise<void> {
  const token = played.find(({ scene }) => scene.title.startsWith('an opaque'))?.scene.token ?? '';
  const { envoy, postern, provider } = world;
  say(`
Try it (Ctrl-C ends everything):

  curl -i ${envoy.url}/orders/42
  curl -i ${envoy.url}/orders/42 -H 'authorization: Bearer ${token}'
  curl -i ${envoy.url}/orders/admin -H 'authorization: Bearer ${token}'

A token of another application, such as warehouse, which waits for approval:

  curl -s ${provider.issuer}/token -u warehouse:warehouse-secret -d grant_type=client_credentials \\
    -d scope=orders.read -d resource=urn:demo:orders:opaque

Approve it: set its status to \`approved\` in ${postern.folder}/consumers.yaml, and ask again.
What Postern says of itself: curl ${postern.opsUrl}/readyz?verbose, ${postern.opsUrl}/metrics
`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  say('stopping …');
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

await main();
