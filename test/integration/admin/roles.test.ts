import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Role } from '../../../src/admin/access/roles.ts';
import { startAdmin, type AdminResponse, type RunningAdmin } from '../../support/admin.ts';
import { MemoryRegistry } from '../../support/memory-registry.ts';

let memory: MemoryRegistry;
let admin: RunningAdmin;
let now: number;

beforeEach(async () => {
  memory = new MemoryRegistry();
  now = 0;
  admin = await startAdmin({ registry: memory.ports, clock: { now: () => now } });
});

afterEach(async () => {
  expect(admin.errors).toEqual([]);
  await admin.stop();
});

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly roles: readonly string[];
}

type Described = Readonly<
  Record<string, Readonly<Record<string, { readonly description: string }>>>
>;

/** Every route with the roles that it declares, as the API itself describes them. */
async function listOperations(): Promise<readonly Operation[]> {
  const { body } = await admin.send('GET', '/openapi.json');
  const operations = Object.entries(body.paths as Described).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { description }]) => ({
      method: method.toUpperCase(),
      path: path.replaceAll(/\{\w+\}/g, '6f7a1c52-8f0e-4c52-9a59-0b8f3f6a1d01'),
      roles: /^Roles: (.+)\.$/.exec(description)?.[1]?.split(', ') ?? [],
    })),
  );
  expect(operations.length).toBeGreaterThan(60);
  return operations;
}

function send({ method, path }: Operation, as: Role | null): Promise<AdminResponse> {
  const body = method === 'GET' || method === 'DELETE' ? {} : { body: {} };
  return admin.send(method, path, { as, ...body });
}

function nameOf({ method, path }: Operation): string {
  return `${method} ${path}`;
}

const roles = ['admin', 'approver', 'read', 'requester'] as const;

describe('every route', () => {
  it.each(roles)('lets %s do what the table of routes says, and nothing else', async (role) => {
    const isForbidden = ({ status, body }: AdminResponse) =>
      status === 403 && body.message === `The role ${role} may not do this`;
    const operations = await listOperations();
    const forbidden: string[] = [];
    const failed: string[] = [];
    for (const operation of operations) {
      const answer = await send(operation, role);
      if (isForbidden(answer)) forbidden.push(nameOf(operation));
      else if (answer.status === 401 || answer.status >= 500) failed.push(nameOf(operation));
    }

    expect(failed).toEqual([]);
    const declared = operations.filter((operation) => !operation.roles.includes(role));
    expect(forbidden).toEqual(declared.map(nameOf));
  });

  it('lets nobody do anything without a token, and changes nothing', async () => {
    for (const operation of await listOperations()) {
      // Who fails too often has one attempt a second left.
      now += 1000;
      const answer = await send(operation, null);

      expect([nameOf(operation), answer.status, answer.body]).toEqual([
        nameOf(operation),
        401,
        { message: 'Unauthorized' },
      ]);
    }
    expect([memory.dossiers.size, memory.people.size]).toEqual([0, 0]);
  });

  it('says which roles may use it', async () => {
    const silent = (await listOperations()).filter((operation) => operation.roles[0] !== 'admin');

    expect(silent).toEqual([]);
  });
});
