import type { Config } from '../config/config.ts';
import { sortProblems, type Problem } from '../documents/problem.ts';
import { describeErrorCode } from '../store/error-code.ts';
import { parseConsumersFile } from '../store/file/parse-consumers-file.ts';
import { warnOfConsumers } from './warn-of-consumers.ts';

export interface CheckedConsumers {
  /** Null where Consumers are in Redis. */
  readonly count: number | null;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** What can be said of a configured Consumers file without serving it. */
export async function checkConsumersFile(config: Config): Promise<CheckedConsumers> {
  if (config.store.kind !== 'file') return { count: null, problems: [], warnings: [] };
  const { path } = config.store;
  try {
    const { records, lines, problems, ignored } = await parseConsumersFile(path);
    const warn = (message: string, line: number): Problem => {
      return { file: path, line, column: 1, path: '', message };
    };
    const warnings = [
      ...ignored.map(({ section, line }) => warn(`section \`${section}\` is ignored`, line)),
      ...warnOfConsumers(records, config).map(({ message, at }) =>
        warn(message, at === null ? 1 : (lines[at] ?? 1)),
      ),
    ];
    return { count: records.length, problems, warnings: sortProblems(warnings) };
  } catch (error) {
    const message = `cannot be read${describeErrorCode(error)}`;
    const problem = { file: path, line: 1, column: 1, path: '', message };
    return { count: 0, problems: [problem], warnings: [] };
  }
}
