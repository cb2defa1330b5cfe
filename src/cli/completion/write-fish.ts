import type { CompletionOption, CompletionPlace } from './describe-tree.ts';

/** A script for fish. */
export function writeFish(places: readonly CompletionPlace[]): string {
  const below = places.filter(({ at }) => at !== '').map(({ at }) => `'${at}'`);
  return `# fish completion for postern: postern completion fish > ~/.config/fish/completions/postern.fish
function __postern_at
  set -l at ''
  for word in (commandline -opc)[2..]
    switch "$at $word"
      case ${below.join(' ')}
        set at "$at $word"
    end
  end
  test "$at" = "$argv[1]"
end
complete -c postern -f
${places.flatMap(writePlace).join('\n')}
`;
}

function writePlace({
  at,
  commands,
  choices,
  options,
  takesFile,
}: CompletionPlace): readonly string[] {
  const here = `complete -c postern -n "__postern_at '${at}'"`;
  return [
    ...(takesFile ? [`${here} -F`] : []),
    ...commands.map(({ name, description }) => `${here} -a ${name} -d ${quote(description)}`),
    ...choices.map((choice) => `${here} -a ${choice}`),
    ...options.map((option) => `${here} ${writeOption(option)} -d ${quote(option.description)}`),
  ];
}

function writeOption({ flags, takes }: CompletionOption): string {
  const names = flags.map((flag) =>
    flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`,
  );
  return [...names, ...describeValue(takes)].join(' ');
}

function describeValue(takes: CompletionOption['takes']): readonly string[] {
  if (takes === 'nothing') return [];
  if (takes === 'file') return ['-r', '-F'];
  return typeof takes === 'string' ? ['-x'] : ['-x', '-a', quote(takes.join(' '))];
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
