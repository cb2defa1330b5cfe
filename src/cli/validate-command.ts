import { checkConsumersFile, type CheckedConsumers } from '../app/check-consumers-file.ts';
import { ConfigFile } from '../app/config-file.ts';
import type { Config } from '../config/config.ts';
import { formatProblem, type Problem } from '../documents/problem.ts';
import type { FillCommand } from './fill-command.ts';
import { exitCode, type ExitCode, type Host } from './host.ts';
import { configOption, explainProblems, loadOrExplain } from './load-or-explain.ts';
import { formatOption, writeResult, type Format } from './output.ts';

export const fillValidateCommand: FillCommand = (command, host, done) => {
  command
    .addOption(configOption())
    .addOption(formatOption())
    .addHelpText('after', '\nExample: postern validate --config postern.yaml')
    .action(async ({ config, output }: { config: string; output: Format }) => {
      done(await validate(new ConfigFile(config, host.env), output, host));
    });
};

async function validate(file: ConfigFile, output: Format, host: Host): Promise<ExitCode> {
  const loaded = loadOrExplain(file, host);
  if (loaded === null) return exitCode.usage;

  const consumers = await checkConsumersFile(loaded.config);
  if (consumers.problems.length > 0) {
    explainProblems(consumers.problems, host);
    return exitCode.usage;
  }
  const warnings = [...loaded.warnings, ...consumers.warnings];
  const summary = summarize(loaded.config, warnings, consumers);
  host.out(writeResult(output, summary, describe(summary)));
  return exitCode.fine;
}

interface Summary {
  readonly identity_providers: number;
  readonly services: number;
  readonly routes: number;
  readonly store: 'file' | 'redis';
  /** Of the Consumers file; null where they are in Redis. */
  readonly consumers: number | null;
  readonly warnings: readonly string[];
}

function summarize(
  config: Config,
  warnings: readonly Problem[],
  consumers: CheckedConsumers,
): Summary {
  return {
    identity_providers: config.identityProviders.length,
    services: config.services.length,
    routes: config.services.reduce((sum, service) => sum + service.routes.length, 0),
    store: config.store.kind,
    consumers: consumers.count,
    warnings: warnings.map(formatProblem),
  };
}

function describe(summary: Summary): string {
  const { identity_providers: providers, services, routes, store, consumers } = summary;
  const counts = [
    count(providers, 'identity provider'),
    count(services, 'service'),
    count(routes, 'route'),
    consumers === null ? `Consumers in ${store}` : count(consumers, 'Consumer'),
  ];
  return [
    ...summary.warnings.map((line) => `warning: ${line}`),
    `valid: ${counts.join(', ')}`,
  ].join('\n');
}

function count(number: number, thing: string): string {
  return `${String(number)} ${thing}${number === 1 ? '' : 's'}`;
}
