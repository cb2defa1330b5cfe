import type { AddCommand } from './add-command.ts';
import { exitCode } from './host.ts';
import { formatOption, writeResult, type Format } from './output.ts';
import { readVersion } from '../version.ts';

export const addVersionCommand: AddCommand = (program, host, done) => {
  program
    .command('version')
    .description('print the versions of Postern and of Node')
    .addOption(formatOption())
    .action(({ output }: { output: Format }) => {
      const versions = { postern: readVersion(host.packageRoot), node: host.nodeVersion };
      const text = `postern ${versions.postern} (node ${versions.node})`;
      host.out(writeResult(output, versions, text));
      done(exitCode.fine);
    });
};
