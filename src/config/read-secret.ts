import { Secret } from '../lib/secret.ts';
import type { ReferencedFiles } from './referenced-files.ts';

/** A secret that stands in the file, or in a file of its own. */
export function readSecret(
  secret: Secret | undefined,
  file: string | undefined,
  files: ReferencedFiles,
): Secret | undefined {
  return secret ?? (file === undefined ? undefined : new Secret(files.text(file)));
}

/** Secrets that stand in the file, or in files of their own. */
export function readSecrets(
  secrets: readonly Secret[],
  paths: readonly string[],
  files: ReferencedFiles,
): readonly Secret[] {
  return [...secrets, ...paths.map((path) => new Secret(files.text(path)))];
}
