import { Option } from 'commander';
import { startApp, type AppOptions } from '../app/app.ts';
import { ConfigFile } from '../app/config-file.ts';
import { readVersion } from '../version.ts';
import type { FillCommand } from './fill-command.ts';
import { configOption, explainProblems, loadOrExplain } from './load-or-explain.ts';
import { exitCode, type ExitCode, type Host } from './host.ts';

export const fillServeCommand: FillCommand = (command, host, done) => {
  command
    .addOption(configOption())
    .addOption(onlyOption())
    .addHelpText('after', '\nExample: postern serve --config postern.yaml')
    .action(async ({ config, only }: { config: string; only?: Only }) => {
      done(await serve(new ConfigFile(config, host.env), only, host));
    });
};

type Only = NonNullable<AppOptions['only']>;

function onlyOption(): Option {
  const what = 'admin: the Admin API and the ops listener, without answering Checks';
  return new Option('--only <part>', what).choices(['admin'] satisfies Only[]);
}

async function serve(source: ConfigFile, only: Only | undefined, host: Host): Promise<ExitCode> {
  const loaded = loadOrExplain(source, host);
  if (loaded === null) return exitCode.usage;
  if (only === 'admin' && loaded.config.listen.admin === null) {
    host.err('postern: --only admin would serve nothing: the configuration has no listen.admin\n');
    return exitCode.usage;
  }

  const versions = { version: readVersion(host.packageRoot), node: host.nodeVersion };
  const app = await startApp({ loaded, load: () => source.loadSettled(), versions, only });
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
