import { startApp } from '../app/app.ts';
import { ConfigFile } from '../app/config-file.ts';
import { readVersion } from '../version.ts';
import type { AddCommand } from './add-command.ts';
import { configOption, explainProblems, loadOrExplain } from './load-or-explain.ts';
import { exitCode, type ExitCode, type Host } from './host.ts';

export const addServeCommand: AddCommand = (program, host, done) => {
  program
    .command('serve')
    .description('answer Envoy’s Checks until SIGTERM; SIGHUP or a changed file reloads')
    .addOption(configOption())
    .addHelpText('after', '\nExample: postern serve --config postern.yaml')
    .action(async ({ config }: { config: string }) => {
      done(await serve(new ConfigFile(config, host.env), host));
    });
};

async function serve(source: ConfigFile, host: Host): Promise<ExitCode> {
  const loaded = loadOrExplain(source, host);
  if (loaded === null) return exitCode.usage;

  const versions = { version: readVersion(host.packageRoot), node: host.nodeVersion };
  const app = await startApp({ loaded, load: () => source.loadSettled(), versions });
  const watching = new AbortController();
  source.watch(() => void app.reload(), watching.signal);
  host.onReload(() => void app.reload());
  const stopped = new Promise<void>((resolve, reject) => {
    host.onStop(() => {
      watching.abort();
      app.stop().then(resolve, reject);
    });
  });
  try {
    const problems = await app.ready;
    if (problems.length === 0) {
      await stopped;
      return exitCode.fine;
    }
    explainProblems(problems, host);
    return exitCode.usage;
  } finally {
    watching.abort();
    await app.stop();
  }
}
