import type { CompletionPlace } from './describe-tree.ts';

/** A script for PowerShell, which completes files by itself where this offers nothing. */
export function writePowerShell(places: readonly CompletionPlace[]): string {
  const words = places.map(({ at, commands, choices, options }) => {
    const here = [
      ...commands.map(({ name }) => name),
      ...choices,
      ...options.flatMap(({ flags }) => flags),
    ];
    return `    ${quote(at)} = ${list(here)}`;
  });
  const values = places.flatMap(({ at, options }) =>
    options.flatMap(({ flags, takes }) =>
      takes === 'nothing'
        ? []
        : flags.map(
            (flag) =>
              `    ${quote(`${at} ${flag}`)} = ${list(typeof takes === 'string' ? [] : takes)}`,
          ),
    ),
  );
  return `# PowerShell completion for postern; in $PROFILE: postern completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName postern -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @{
${words.join('\n')}
  }
  $values = @{
${values.join('\n')}
  }
  $at = ''
  $previous = ''
  foreach ($element in $commandAst.CommandElements | Select-Object -Skip 1) {
    if ($element.Extent.EndOffset -ge $cursorPosition) { break }
    $previous = $element.ToString()
    if ($words.ContainsKey("$at $previous")) { $at = "$at $previous" }
  }
  $items = if ($values.ContainsKey("$at $previous")) { $values["$at $previous"] } else { $words[$at] }
  $items | Where-Object { $_.StartsWith($wordToComplete) } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
  }
}
`;
}

function list(items: readonly string[]): string {
  return `@(${items.map(quote).join(', ')})`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
