import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startAdmin, type RunningAdmin } from '../../support/admin.ts';
import { MemoryRegistry } from '../../support/memory-registry.ts';

const id = '6f7a1c52-8f0e-4c52-9a59-0b8f3f6a1d01';
const headers = { 'if-match': '"stale"' };

let memory: MemoryRegistry;
let admin: RunningAdmin;

beforeEach(async () => {
  memory = new MemoryRegistry();
  admin = await startAdmin({ registry: memory.ports });
});

afterEach(async () => {
  expect(admin.errors).toEqual([]);
  await admin.stop();
});

type Described = Readonly<
  Record<string, Readonly<Record<string, { readonly parameters: readonly object[] }>>>
>;

async function listOperations() {
  const { body } = await admin.send('GET', '/openapi.json');
  return Object.entries(body.paths as Described).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters }]) => ({
      method: method.toUpperCase(),
      path: path.replaceAll(/\{\w+\}/g, id),
      heeds: JSON.stringify(parameters).includes('/IfMatch"'),
    })),
  );
}

describe('If-Match', () => {
  it('is refused wherever the description does not have it, before anything is done', async () => {
    const refused: string[] = [];
    const undescribed: string[] = [];
    for (const { method, path, heeds } of await listOperations()) {
      const body = method === 'GET' || method === 'DELETE' ? {} : { body: {} };
      const answer = await admin.send(method, path, { ...body, headers });
      const isRefused =
        answer.status === 400 && String(answer.body?.message).startsWith('If-Match');
      if (isRefused) refused.push(`${method} ${path}`);
      if (!heeds) undescribed.push(`${method} ${path}`);
    }

    expect(refused).toEqual(undescribed);
    expect(undescribed).toEqual(expect.arrayContaining(['POST /consumers', 'GET /consumers']));
    expect([memory.dossiers.size, memory.people.size]).toEqual([0, 0]);
  });

  it.each(['/consumers/gone', '/consumers/gone/acls/gold', `/acls/${id}`])(
    'with DELETE %s wants something to be there',
    async (path) => {
      expect((await admin.send('DELETE', path)).status).toBe(204);
      expect((await admin.send('DELETE', path, { headers })).status).toBe(412);
    },
  );
});
