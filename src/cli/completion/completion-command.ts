import { Argument } from 'commander';
import { exitCode } from '../host.ts';
import type { FillCommand } from '../fill-command.ts';
import { describeTree, type CompletionPlace } from './describe-tree.ts';
import { writeBash } from './write-bash.ts';
import { writeFish } from './write-fish.ts';
import { writePowerShell } from './write-powershell.ts';
import { writeZsh } from './write-zsh.ts';

const shells: Readonly<Record<string, (places: readonly CompletionPlace[]) => string>> = {
  bash: writeBash,
  zsh: writeZsh,
  fish: writeFish,
  powershell: writePowerShell,
};

/** `postern completion <shell>`: a script that knows all commands, so that Tab starts no process. */
export const fillCompletionCommand: FillCommand = (command, host, done) => {
  const shell = new Argument('<shell>', 'the shell that it is for').choices(Object.keys(shells));
  command
    .addArgument(shell)
    .addHelpText(
      'after',
      '\nExamples:\n  source <(postern completion bash)' +
        '\n  postern completion fish > ~/.config/fish/completions/postern.fish',
    )
    .action((name: string) => {
      const root = command.parent ?? command;
      host.out(shells[name]?.(describeTree(root)) ?? '');
      done(exitCode.fine);
    });
};
