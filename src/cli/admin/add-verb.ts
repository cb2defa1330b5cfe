import { InvalidArgumentError, type Command, type Option } from 'commander';
import { escapeControls } from '../../lib/terminal-controls.ts';
import { addAdminOptions } from '../admin-client/admin-options.ts';
import { withAdminClient } from '../admin-client/with-admin-client.ts';
import type { ExitCode, Host } from '../host.ts';
import { formatOption } from '../output.ts';
import { checkAskable } from './confirm.ts';
import { mayUseColor, type CommonOptions, type Session } from './session.ts';

/** One command that speaks to the Admin API. */
export interface Verb {
  readonly name: string;
  readonly summary: string;
  /** Such as `<id>` or `[id...]`; null = none. */
  readonly argument: string | null;
  readonly options: readonly Option[];
  /** Whether it changes something: then it has `--dry-run` and `--idempotency-key`. */
  readonly isWrite: boolean;
  /** Whether it asks before it does what these options say; null = it never does. */
  readonly asks: ((options: CommonOptions) => boolean) | null;
  /** Command lines without `postern`. */
  readonly examples: readonly string[];
  run(session: Session): Promise<ExitCode>;
}

export function addVerb(
  parent: Command,
  verb: Verb,
  host: Host,
  done: (code: ExitCode) => void,
): void {
  const command = parent.command(verb.name).description(verb.summary);
  if (verb.argument !== null) command.argument(verb.argument);
  for (const option of verb.options) command.addOption(option);
  if (verb.isWrite) addWriteOptions(command, verb.asks !== null);
  command.addOption(formatOption());
  addAdminOptions(command);
  command.addHelpText('after', writeExamples(verb.examples));
  command.action(async () => {
    const options = command.opts<CommonOptions>();
    const refuseUsage = (message: string): never =>
      command.error(`postern: ${message.split('\n').map(escapeControls).join('\n')}`);
    const operands = command.args;
    const useColor = mayUseColor(host, command);
    if (verb.asks?.(options) === true) checkAskable({ options, host, refuseUsage });
    done(
      await withAdminClient(options, host, (client) =>
        verb.run({ client, host, operands, options, useColor, refuseUsage }),
      ),
    );
  });
}

function addWriteOptions(command: Command, mayAsk: boolean): void {
  command
    .option('--dry-run', 'say what would be done, do nothing')
    .option(
      '--idempotency-key <key>',
      'of a command that is repeated since its outcome is unknown',
    );
  if (mayAsk) command.option('-y, --yes', 'do not ask; needed where there is no terminal');
}

function writeExamples(examples: readonly string[]): string {
  const lines = examples.map((example) => `  postern ${example}`);
  return `\nExample${lines.length === 1 ? '' : 's'}:\n${lines.join('\n')}`;
}

/** A whole number from 1 on. */
export function readCount(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('expected a whole number from 1 on');
}
