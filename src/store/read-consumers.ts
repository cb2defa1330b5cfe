import { createReadPiece, type ReadEvent } from './read-piece.ts';
import { ConsumerSlicer, type ConsumerPiece, type SliceOptions } from './slice-consumers.ts';

/** No Consumer is that long; a file without line feeds must not fill the memory. */
const maxLineLength = 16 * 1024 * 1024;

/**
 * Reads a Consumers file (YAML, several YAML documents or JSON lines) in constant memory and gives
 * what it says in batches, problems among them. Rejects only when the source fails.
 */
export async function* readConsumers(
  source: AsyncIterable<Uint8Array>,
  file: string,
  options: SliceOptions = {},
): AsyncGenerator<readonly ReadEvent[], void, undefined> {
  const pieces: ConsumerPiece[] = [];
  const slicer = new ConsumerSlicer((piece) => pieces.push(piece), options);
  const readPiece = createReadPiece(file);
  // The decoder drops a byte order mark and leaves U+FFFD where bytes are no UTF-8.
  const decoder = new TextDecoder();
  let rest = '';
  let line = 0;

  for await (const chunk of source) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) slicer.push(`${withoutReturn(text)}\n`);
    line += lines.length;
    yield pieces.splice(0).flatMap(readPiece);
    if (rest.length > maxLineLength) {
      const message = `expected lines of at most ${String(maxLineLength)} characters`;
      const problem = { file, line: line + 1, column: 1, path: '', message };
      yield [{ kind: 'problem', problem }];
      return;
    }
  }
  rest += decoder.decode();
  if (rest !== '') slicer.push(withoutReturn(rest));
  slicer.end();
  yield pieces.splice(0).flatMap(readPiece);
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
