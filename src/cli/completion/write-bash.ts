import type { CompletionOption, CompletionPlace } from './describe-tree.ts';

/** A script for bash 4 and later; nothing that was typed is run or expanded. */
export function writeBash(places: readonly CompletionPlace[]): string {
  const below = places.filter(({ at }) => at !== '').map(({ at }) => `'${at}'`);
  return `# bash completion for postern; in ~/.bashrc: source <(postern completion bash)
_postern() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]}
  local at='' word words='' IFS=$' \\t\\n'
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$at $word" in
      ${below.join(' | ')}) at="$at $word" ;;
    esac
  done
  COMPREPLY=()
  case "$at" in
${places.map(writePlace).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -F _postern postern
`;
}

function writePlace({ at, commands, choices, options, takesFile }: CompletionPlace): string {
  const words = [
    ...commands.map(({ name }) => name),
    ...choices,
    ...options.flatMap(({ flags }) => flags.slice(0, 1)),
  ];
  const values = options.filter(({ takes }) => takes !== 'nothing').map(writeValue);
  const files = takesFile ? '        [!-]* | "") compopt -o default; return ;;\n' : '';
  return `    '${at}')
      case "$prev" in
${values.map((line) => `        ${line}\n`).join('')}        *) words='${words.join(' ')}' ;;
      esac${files === '' ? '' : `\n      case "$cur" in\n${files}      esac`} ;;`;
}

function writeValue({ flags, takes }: CompletionOption): string {
  const pattern = flags.join(' | ');
  if (takes === 'file') return `${pattern}) compopt -o default; return ;;`;
  return typeof takes === 'string'
    ? `${pattern}) return ;;`
    : `${pattern}) words='${takes.join(' ')}' ;;`;
}
