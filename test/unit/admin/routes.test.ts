import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { answersOf } from '../../../src/admin/description/answer-of.ts';
import { listRoutes } from '../../../src/admin/list-routes.ts';
import { pass } from '../../../src/lib/step.ts';
import { MemoryRegistry } from '../../support/memory-registry.ts';

const routes = listRoutes({
  registry: new MemoryRegistry().ports,
  services: { list: () => [], describeIssuer: async () => null },
  explainCheck: async () => ({}),
  findSession: async () => pass(null),
  webhooks: () => null,
  version: '1',
});

function of(role: 'approver' | 'read' | 'requester'): string[] {
  return routes.filter(({ roles }) => roles.includes(role)).map((it) => `${it.method} ${it.path}`);
}

describe('the table of routes', () => {
  it('lets a requester ask, and see what is its own', () => {
    expect(of('requester').toSorted()).toEqual([
      'GET /',
      'GET /applications',
      'GET /applications/:application',
      'GET /openapi.json',
      'GET /registrations',
      'GET /registrations/:registration',
      'GET /services/:service/issuer',
      'POST /applications',
      'POST /registrations',
    ]);
  });

  it('lets a reader change nothing', () => {
    // What only judges a body changes nothing.
    const writes = of('read').filter((it) => !it.startsWith('GET '));

    expect(writes).toEqual([
      'POST /schemas/consumers/validate',
      'POST /schemas/acls/validate',
      'POST /check',
    ]);
  });

  it('lets an approver see all that a reader sees, and decide on registrations', () => {
    const reads = new Set(of('read'));

    expect(of('approver').filter((it) => !reads.has(it))).toEqual([
      'PATCH /registrations',
      'PATCH /registrations/:registration',
      'PATCH /applications/:application/application_instances/:instance',
      'PATCH /developers/:developer/applications/:application/application_instances/:instance',
    ]);
    expect([...reads].filter((it) => !of('approver').includes(it))).toEqual([]);
  });

  it('has each method and path once, and says what each is for', () => {
    const names = routes.map(({ method, path }) => `${method} ${path}`);

    expect(new Set(names).size).toBe(names.length);
    expect(routes.filter(({ summary }) => !/^[A-Z].*\.$/.test(summary))).toEqual([]);
  });
});

describe('the OpenAPI document', () => {
  const document = JSON.parse(
    readFileSync(new URL('../../../docs/admin-api.openapi.json', import.meta.url), 'utf8'),
  );

  it('has every route, with the roles that may use it', () => {
    for (const { method, path, roles } of routes.filter((it) => it.path !== '/openapi.json')) {
      const operation = document.paths[path.replaceAll(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];

      expect(operation.description).toBe(`Roles: ${['admin', ...roles].join(', ')}.`);
    }
  });

  it('tells the answer of every route that does not always refuse', () => {
    const silent = routes.filter((route) => answersOf(route).length === 0);
    const elsewhere = /^\/(?:services|routes|plugins|certificates|snis|upstreams)(?:\/:name)?$/;

    expect(silent.filter(({ path }) => !elsewhere.test(path)).map(({ path }) => path)).toEqual([
      '/schemas/:entity',
      '/schemas/plugins/:plugin',
    ]);
    expect(
      document.paths['/registrations'].get.responses[200].content['application/json'].schema
        .properties.data.items,
    ).toEqual({ $ref: '#/components/schemas/Registration' });
    expect(JSON.stringify(document.paths['/registrations'].get.parameters)).toContain('"revoked"');
  });

  it('tells the fields of a body', () => {
    const { schema } =
      document.paths['/registrations'].post.requestBody.content['application/json'];

    expect(schema.required).toEqual(['service']);
    expect(schema.additionalProperties).toBe(false);
  });
});
