import { Command, CommanderError } from 'commander';
import { exitCode, type ExitCode, type Host } from './host.ts';
import { findLateCommands, lateCommands } from './late-commands.ts';
import { readVersion } from '../version.ts';

/** Runs `postern <args>` and tells the exit code. Never throws. */
export async function runCommandLine(args: readonly string[], host: Host): Promise<ExitCode> {
  let code: ExitCode = exitCode.fine;
  const program = createProgram(host);
  try {
    await fillLateCommands(program, args, host, (ended) => {
      code = ended;
    });
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? exitCode.fine : exitCode.usage;
    }
    host.err(`postern: ${error instanceof Error ? error.message : 'unknown error'}\n`);
    return exitCode.failed;
  }
}

function createProgram(host: Host): Command {
  const program = new Command('postern')
    .description('Authorization sidecar for Envoy (gRPC ext_authz)')
    .version(readVersion(host.packageRoot), '-V, --version')
    .option('--no-color', 'plain output, as with NO_COLOR')
    .showHelpAfterError('(postern --help lists the commands)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        host.out(text);
      },
      writeErr: (text) => {
        host.err(text);
      },
    });
  for (const { name, description } of lateCommands) program.command(name).description(description);
  return program;
}

/** All of them are named in the help; only the one that was asked for is there to its end. */
async function fillLateCommands(
  program: Command,
  args: readonly string[],
  host: Host,
  done: (code: ExitCode) => void,
): Promise<void> {
  for (const late of findLateCommands(args)) {
    const command = program.commands.find((known) => known.name() === late.name);
    const fill = await late.load();
    if (command === undefined) continue;
    fill(command, host, done);
    nameHelp(command, `postern ${late.name}`);
  }
}

/** After a wrong call, the help of the command itself. */
function nameHelp(command: Command, path: string): void {
  const tells = command.commands.length > 0 ? 'lists its commands' : 'tells its options';
  command.showHelpAfterError(`(${path} --help ${tells})`);
  for (const below of command.commands) nameHelp(below, `${path} ${below.name()}`);
}
