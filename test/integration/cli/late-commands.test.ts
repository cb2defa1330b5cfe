import { expect, it, jest } from '@jest/globals';
import { runCommand } from '../app/run-command.ts';

jest.setTimeout(30_000);

// Prints what is loaded.
const watchLoads = `import { registerHooks } from 'node:module';
registerHooks({
  load(url, context, next) {
    console.error('loaded', url);
    return next(url, context);
  },
});`;

const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(watchLoads)}`;

it.each([
  ['serve', 'src/cli/serve-command.ts', /src\/cli\/(admin|completion)|cli-table3|cli-progress/],
  ['consumers list', 'src/cli/admin/verbs.ts', /src\/(app|server|store)\/|grpc|ioredis|fastify/],
  ['version', 'src/cli/version-command.ts', /undici|grpc|ioredis|src\/(app|config)\//],
])('%s loads its own code, and not that of others', async (line, own, others) => {
  const { code, err } = await runCommand([...line.split(' '), '--help'], { env: { NODE_OPTIONS } });
  const loaded = err.split('\n');

  expect(code).toBe(0);
  expect(loaded.some((module) => module.endsWith(own))).toBe(true);
  expect(loaded.filter((module) => others.test(module))).toEqual([]);
});

it.each(['consumers', 'registrations approve', 'tokens revoke', 'audit list', 'serve'])(
  '%s has a help with examples',
  async (line) => {
    const { code, out } = await runCommand([...line.split(' '), '--help']);

    expect(code).toBe(0);
    expect(out).toMatch(line === 'consumers' ? /^Commands:/m : /^Examples?:/m);
  },
);
