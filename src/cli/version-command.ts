import type { FillCommand } from './fill-command.ts';
import { exitCode } from './host.ts';
import { formatOption, writeResult, type Format } from './output.ts';
import { readVersion } from '../version.ts';

export const fillVersionCommand: FillCommand = (command, host, done) => {
  command.addOption(formatOption()).action(({ output }: { output: Format }) => {
    const versions = { postern: readVersion(host.packageRoot), node: host.nodeVersion };
    const text = `postern ${versions.postern} (node ${versions.node})`;
    host.out(writeResult(output, versions, text));
    done(exitCode.fine);
  });
};
