import type { Command, Option } from 'commander';

/** What can be typed at one place of the command line. */
export interface CompletionPlace {
  /** Names of the commands up to here, each after a space; empty at the root. */
  readonly at: string;
  readonly commands: readonly Described[];
  readonly options: readonly CompletionOption[];
  /** What its argument may be, where that is known. */
  readonly choices: readonly string[];
  /** Whether it takes the name of a file. */
  readonly takesFile: boolean;
}

interface Described {
  readonly name: string;
  readonly description: string;
}

export interface CompletionOption {
  /** `--output`, and `-o` where there is one. */
  readonly flags: readonly string[];
  readonly description: string;
  readonly takes: 'nothing' | 'file' | 'something' | readonly string[];
}

/** The whole tree of commands, the root first. */
export function describeTree(command: Command, at = ''): readonly CompletionPlace[] {
  const place = {
    at,
    commands: command.commands.map((one) => ({
      name: one.name(),
      description: one.description(),
    })),
    options: command.createHelp().visibleOptions(command).map(describeOption),
    choices: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
    takesFile: command.registeredArguments.some((argument) => argument.name() === 'file'),
  };
  const below = command.commands.flatMap((one) => describeTree(one, `${at} ${one.name()}`));
  return [place, ...below];
}

function describeOption(option: Option): CompletionOption {
  const { long, short, description } = option;
  return {
    flags: [long, short].filter((flag) => typeof flag === 'string'),
    description,
    takes: describeValue(option),
  };
}

function describeValue({ required, optional, argChoices, flags }: Option) {
  if (!required && !optional) return 'nothing';
  if (argChoices !== undefined) return argChoices;
  return flags.includes('<file>') ? 'file' : 'something';
}
