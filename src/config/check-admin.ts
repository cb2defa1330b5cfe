import type { DocumentPath, Finding } from '../documents/problem.ts';
import { buildToken } from './build-listen.ts';
import type { ReferencedFiles } from './referenced-files.ts';
import { isUsableToken, unusableFile } from './schema/listen-admin.ts';
import type { Settings } from './schema/settings.ts';

/** Tokens that cannot be told apart, that can be guessed, or that no header can carry. */
export function checkAdmin({ listen }: Settings, files: ReferencedFiles): Finding[] {
  const path = ['listen', 'admin', 'tokens'];
  const settings = listen.admin?.tokens ?? [];
  const tokens = settings.map((token) => buildToken(token, files));
  return [
    ...findRepeated(
      tokens.map(({ name }) => name),
      path,
      'has the same name',
    ),
    // With two roles for one token, the order of the list would decide on what it may do.
    ...findRepeated(
      tokens.map(({ sha256 }) => sha256),
      path,
      'is the same token',
    ),
    ...settings.flatMap((token, index) => {
      const file = 'token_file' in token ? token.token_file : undefined;
      return file === undefined || isUsableToken(files.text(file))
        ? []
        : [{ path: [...path, index, 'token_file'], message: unusableFile }];
    }),
  ];
}

function findRepeated(values: readonly string[], path: DocumentPath, what: string): Finding[] {
  return values.flatMap((value, index) => {
    const first = values.indexOf(value);
    return first === index
      ? []
      : [{ path: [...path, index], message: `tokens[${String(first)}] ${what}` }];
  });
}
