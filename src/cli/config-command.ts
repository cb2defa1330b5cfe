import type { Command } from 'commander';
import { ConfigFile } from '../app/config-file.ts';
import { writeConfigSchema } from '../config/config-schema.ts';
import { printConfig } from '../config/print-config.ts';
import type { FillCommand } from './fill-command.ts';
import { exitCode, type ExitCode, type Host } from './host.ts';
import { configOption, loadOrExplain } from './load-or-explain.ts';

export const fillConfigCommand: FillCommand = (command, host, done) => {
  addSchema(command, host, done);
  addPrint(command, host, done);
};

function addSchema(config: Command, host: Host, done: (code: ExitCode) => void): void {
  config
    .command('schema')
    .description('print the JSON Schema of the configuration file')
    .addHelpText('after', '\nExample: postern config schema > postern.schema.json')
    .action(() => {
      host.out(`${JSON.stringify(writeConfigSchema(), null, 2)}\n`);
      done(exitCode.fine);
    });
}

function addPrint(config: Command, host: Host, done: (code: ExitCode) => void): void {
  config
    .command('print')
    .description('print the effective configuration, defaults filled in and secrets masked')
    .addOption(configOption())
    .addHelpText('after', '\nExample: postern config print --config postern.yaml')
    .action((options: { config: string }) => {
      const loaded = loadOrExplain(new ConfigFile(options.config, host.env), host);
      if (loaded !== null) host.out(printConfig(loaded.settings));
      done(loaded === null ? exitCode.usage : exitCode.fine);
    });
}
