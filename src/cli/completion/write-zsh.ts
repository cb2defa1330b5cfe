import type { CompletionOption, CompletionPlace } from './describe-tree.ts';

/** A script for zsh, to be sourced or to lie in a folder of `$fpath` as `_postern`. */
export function writeZsh(places: readonly CompletionPlace[]): string {
  const below = places.filter(({ at }) => at !== '').map(({ at }) => `'${at}'`);
  return `#compdef postern
# zsh completion for postern; in ~/.zshrc, after compinit: source <(postern completion zsh)
_postern() {
  local at='' word previous=\${words[CURRENT-1]}
  local -a items
  for word in \${words[2,CURRENT-1]}; do
    case "$at $word" in
      (${below.join('|')}) at="$at $word" ;;
    esac
  done
  case "$at" in
${places.map(writePlace).join('\n')}
  esac
  _describe postern items
}
if [[ "\${funcstack[1]}" == _postern ]]; then _postern "$@"; else compdef _postern postern; fi
`;
}

function writePlace({ at, commands, choices, options, takesFile }: CompletionPlace): string {
  const values = options.filter(({ takes }) => takes !== 'nothing').map(writeValue);
  const items = [
    ...commands.map(({ name, description }) => quote(name, description)),
    ...choices.map((choice) => quote(choice, '')),
    ...options.flatMap(({ flags, description }) =>
      flags.slice(0, 1).map((flag) => quote(flag, description)),
    ),
  ];
  const file = '\n      [[ ${words[CURRENT]} == -* ]] || { _files; return }';
  return `    ('${at}')
      case "$previous" in
${values.map((line) => `        ${line}\n`).join('')}      esac${takesFile ? file : ''}
      items=(${items.join(' ')}) ;;`;
}

function writeValue({ flags, takes }: CompletionOption): string {
  const pattern = `(${flags.join('|')})`;
  if (takes === 'file') return `${pattern} _files; return ;;`;
  return typeof takes === 'string'
    ? `${pattern} return ;;`
    : `${pattern} compadd -- ${takes.join(' ')}; return ;;`;
}

function quote(name: string, description: string): string {
  return `'${name}:${description.replaceAll(':', '\\:').replaceAll("'", "'\\''")}'`;
}
