import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFileStore } from '../../../../src/store/file/file-store.ts';
import { describeResolveConsumer } from '../resolve-consumer.contract.ts';

describeResolveConsumer('a file', async (consumers) => {
  const directory = await mkdtemp(join(tmpdir(), 'postern-consumers-'));
  const path = join(directory, 'consumers.yaml');
  const replace = async (wanted: readonly object[]) => {
    await writeFile(`${path}.new`, JSON.stringify({ consumers: wanted }, null, 2));
    await rename(`${path}.new`, path);
  };
  await replace(consumers);
  const store = createFileStore({ path });
  const problems = await store.start(new AbortController().signal);
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return {
    resolve: store.resolve,
    replace,
    async close() {
      await store.stop();
      await rm(directory, { recursive: true });
    },
  };
});
