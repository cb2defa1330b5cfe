import { ConfigFile } from '../app/config-file.ts';
import { examine } from '../app/examine.ts';
import type { Finding } from '../app/finding.ts';
import { mayUseColor } from './admin/session.ts';
import { escapeControls } from '../lib/terminal-controls.ts';
import { exitCode, type ExitCode, type Host } from './host.ts';
import type { FillCommand } from './fill-command.ts';
import { configOption, loadOrExplain } from './load-or-explain.ts';
import { formatOption, writeResult, type Format } from './output.ts';

interface DoctorOptions {
  readonly config: string;
  readonly output: Format;
}

const colors: Readonly<Record<Finding['state'], number>> = { ok: 32, warn: 33, fail: 31 };

/** `postern doctor`: exit 1 if anything fails, 2 if the configuration cannot be used. */
export const fillDoctorCommand: FillCommand = (command, host, done) => {
  command
    .addOption(configOption())
    .addOption(formatOption())
    .addHelpText('after', '\nExample: postern doctor --config postern.yaml')
    .action(async (options: DoctorOptions) => {
      done(await runDoctor(options, host, mayUseColor(host, command)));
    });
};

async function runDoctor(
  { config, output }: DoctorOptions,
  host: Host,
  useColor: boolean,
): Promise<ExitCode> {
  const loaded = loadOrExplain(new ConfigFile(config, host.env), host);
  if (loaded === null) return exitCode.usage;
  const findings = await examine(loaded);
  const text = findings.flatMap((finding) => writeFinding(finding, useColor)).join('\n');
  host.out(writeResult(output, { findings }, text));
  return findings.some(({ state }) => state === 'fail') ? exitCode.failed : exitCode.fine;
}

function writeFinding({ area, state, text, advice }: Finding, useColor: boolean): string[] {
  const word = state.padEnd(4);
  const painted = useColor ? `\u001b[${String(colors[state])}m${word}\u001b[0m` : word;
  const line = `${painted} ${escapeControls(`${area}: ${text}`)}`;
  return advice === null ? [line] : [line, `     ${escapeControls(advice)}`];
}
