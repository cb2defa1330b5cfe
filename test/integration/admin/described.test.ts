import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { answersOf } from '../../../src/admin/description/answer-of.ts';
import { answerSchemas } from '../../../src/admin/description/answer-schemas.ts';
import type { Method } from '../../../src/admin/http/route.ts';
import { startAdmin, type RunningAdmin } from '../../support/admin.ts';
import { MemoryRegistry } from '../../support/memory-registry.ts';

const id = '6f7a1c52-8f0e-4c52-9a59-0b8f3f6a1d01';
const developer = '6f7a1c52-8f0e-4c52-9a59-0b8f3f6a1d02';
const limit = { requests_per_unit: 5, unit: 'minute' };
const instances = '/applications/:application/application_instances';

let admin: RunningAdmin;

beforeEach(async () => {
  admin = await startAdmin({ registry: new MemoryRegistry().ports });
  const given: readonly (readonly [string, object])[] = [
    ['/consumers', { id, username: 'ann', tags: ['x'], identity_provider: 'i', rate_limit: limit }],
    ['/consumers/ann/acls', { id, group: 'gold', tags: ['y'] }],
    ['/developers', { id: developer, email: 'a@b.c' }],
    ['/applications', { id, name: 'Shop', custom_id: 's', owner: developer }],
    ['/registrations', { id, application: id, service: 'orders' }],
  ];
  for (const [path, body] of given) {
    expect([path, await admin.send('POST', path, { body })]).toMatchObject([path, { status: 201 }]);
  }
});

afterEach(async () => {
  expect(admin.errors).toEqual([]);
  await admin.stop();
});

function problemOf(route: { method: Method; path: string }, status: number, body: unknown) {
  const answer = answersOf(route).find((one) => one.status === status);
  if (answer?.schema == null) return `no answer ${String(status)}`;
  const one: z.ZodType = answerSchemas[answer.schema];
  const page = z.strictObject({
    data: z.array(one),
    next: z.string().nullable(),
    offset: z.string().nullable(),
  });
  return (answer.isPage ? page : one).safeParse(body).error?.message ?? null;
}

describe('what is answered is what is described', () => {
  it.each([
    '/',
    '/consumers',
    '/consumers/:consumer',
    '/consumers/:consumer/acls',
    '/consumers/:consumer/acls/:acl',
    '/acls',
    '/acls/:acl',
    '/acls/:acl/consumer',
    '/services',
    '/applications',
    '/applications/:application',
    instances,
    `${instances}/:instance`,
    '/services/:service/application_instances',
    '/registrations',
    '/registrations/:registration',
    '/developers',
    '/developers/:developer',
    '/developers/:developer/applications',
    '/developers/:developer/applications/:application',
    '/postern/services',
    '/application_services',
    '/webhooks',
    '/webhooks/dead-letters',
    '/openapi.json',
  ])('by GET %s', async (path) => {
    const asked = path
      .replace(':developer', developer)
      .replace(':service', 'orders')
      .replaceAll(/:\w+/g, id);
    const { status, body } = await admin.send('GET', asked);

    expect(status).toBe(200);
    expect(problemOf({ method: 'GET', path }, status, body)).toBeNull();
  });

  it.each([
    ['POST', '/schemas/acls/validate', { group: 'a' }],
    ['PATCH', '/registrations', { ids: [id, developer], status: 'approved' }],
    ['PATCH', '/registrations/:registration', { status: 'approved' }],
    ['PATCH', `${instances}/:instance`, { status: 0 }],
    ['PUT', '/consumers/:consumer', { username: 'ben' }],
    ['POST', '/consumers/:consumer/acls', { group: 'silver' }],
  ] as const)('by %s %s', async (method, path, body) => {
    const answer = await admin.send(method, path.replaceAll(/:\w+/g, id), { body });

    expect(problemOf({ method, path }, answer.status, answer.body)).toBeNull();
  });

  it('by the same document as the one in docs', async () => {
    const { body } = await admin.send('GET', '/openapi.json');
    const file = new URL('../../../docs/admin-api.openapi.json', import.meta.url);
    const written = JSON.parse(await readFile(file, 'utf8'));

    expect(body).toEqual({ ...written, info: { ...written.info, version: body.info.version } });
  });
});
