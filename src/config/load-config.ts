import { checkDocument, problemAt } from '../documents/check-document.ts';
import { parseDocument, type ParsedDocument } from '../documents/parse-document.ts';
import { sortProblems, type DocumentPath, type Problem } from '../documents/problem.ts';
import { halt, pass, type Step } from '../lib/step.ts';
import { applyPresets } from './apply-presets.ts';
import { buildConfig } from './build-config.ts';
import { checkReferences } from './check-references.ts';
import type { Config } from './config.ts';
import { findWarnings } from './find-warnings.ts';
import { interpolate, type Environment } from './interpolate.ts';
import { readOutline } from './outline.ts';
import { readReferencedFiles, type ReadFile, type ReferencedFiles } from './referenced-files.ts';
import { settingsSchema, type Settings } from './schema/settings.ts';

export interface ConfigSource {
  readonly text: string;
  /** Path of the file: named in problems, and relative paths start at its folder. */
  readonly file: string;
  readonly env: Environment;
  /** Reads what the configuration names, such as secrets; gets absolute paths. */
  readonly readFile: ReadFile;
}

export interface LoadedConfig {
  readonly config: Config;
  /** Allowed, but to be looked at. */
  readonly warnings: readonly Problem[];
  /** What `config print` shows: every default filled in, secrets as Secret. */
  readonly settings: Settings;
  /** Absolute paths of the files that were read beside the configuration. */
  readonly files: readonly string[];
}

/** Reads a configuration; gives every problem of it at once, each at its place. Never throws. */
export function loadConfig(source: ConfigSource): Step<LoadedConfig, readonly Problem[]> {
  const parsed = parseDocument(source.text, source.file);
  if (!parsed.ok) return parsed;

  const filled = interpolate(parsed.value.value, source.env);
  const document = { ...parsed.value, value: filled.value };
  const files = readReferencedFiles(document.value, source.file, source.readFile);
  const checked = checkDocument(document, settingsSchema);
  const others = [
    ...filled.problems,
    ...files.problems,
    ...checkReferences(readOutline(document.value)),
  ].map(({ path, message }) => problemAt(document, path, message));
  const problems = mergeProblems(others, checked.ok ? [] : checked.stop);
  if (!checked.ok || problems.length > 0) return halt(problems);

  return finish(document, checked.value, files);
}

/** One problem per place: that a value of an unset variable also has the wrong form is no news. */
function mergeProblems(first: readonly Problem[], then: readonly Problem[]): readonly Problem[] {
  const places = new Set(first.map(({ path }) => path));
  return sortProblems([...first, ...then.filter(({ path }) => !places.has(path))]);
}

function finish(
  document: ParsedDocument,
  settings: Settings,
  files: ReferencedFiles,
): Step<LoadedConfig, readonly Problem[]> {
  const place = ({ path, message }: { path: DocumentPath; message: string }) =>
    problemAt(document, path, message);
  const effective = applyPresets(settings);
  const built = buildConfig(effective, files);
  if (!built.ok) return halt(sortProblems(built.stop.map(place)));
  const warnings = sortProblems(findWarnings(built.value).map(place));
  return pass({ config: built.value, warnings, settings: effective, files: files.paths });
}
