import { describe, expect, it } from '@jest/globals';
import { fc } from '../../support/properties.ts';
import { comparePriority, routePriority } from '../../../src/kong/router-priority.ts';
import { askEnvoy, askKong, type Request } from './kong-router.ts';
import { refusals, translate, type Loose } from './translate.ts';

const plugins = [
  { name: 'openid-connect', config: { issuer: 'https://idp.example', auth_methods: ['bearer'] } },
];

function importRoutes(routes: readonly Loose[], format = '3.0', acceptLoss: string[] = []) {
  const service = { name: 'a', url: 'http://a.internal', plugins, routes };
  return translate({ _format_version: format, services: [service] }, { acceptLoss });
}

function order(routes: readonly Loose[], format = '3.0'): readonly string[] {
  const { envoy } = importRoutes(routes, format, ['route.order']);
  const names = envoy.virtual_hosts.flatMap((host: Loose) =>
    host.routes.map(({ name }: Loose) => name),
  );
  return [...new Set<string>(names)];
}

const longer = { name: 'longer', paths: ['/orders/admin'] };
const shorter = { name: 'shorter', paths: ['/orders'] };
const host = { hosts: ['a.example'] };

describe('the order of routes', () => {
  it.each<[string, Loose, Loose]>([
    ['a longer path', longer, shorter],
    ['a path and a method', { ...shorter, name: 'm', methods: ['GET'] }, longer],
    ['a pattern', { name: 'r', paths: ['~/o'] }, longer],
    [
      'a greater regex_priority',
      { name: 'r', paths: ['~/o'], regex_priority: 2 },
      { name: 's', paths: ['~/orders'], regex_priority: 1 },
    ],
    ['a host without wildcards', { ...shorter, ...host }, { ...longer, hosts: ['*.example'] }],
    [
      'hosts and paths to methods and paths',
      { ...shorter, ...host },
      { ...longer, methods: ['GET'] },
    ],
    [
      'more headers',
      { ...shorter, headers: { a: ['1'], b: ['1'] } },
      { ...longer, headers: { a: ['1'] } },
    ],
    [
      'the older of two',
      { name: 'old', paths: ['/o'], created_at: 1 },
      { name: 'new', paths: ['/o'], created_at: 2 },
    ],
  ])('has %s first, in whatever order the file has them', (_name, first, second) => {
    const both = [first, second].map(({ name }) => name as string);

    expect(order([first, second])).toEqual(both);
    expect(order([second, first])).toEqual(both);
  });

  it.each<[string, Loose, Loose]>([
    [
      'the longest path of a route',
      { name: 'a', paths: ['/x', '/a/long/path'] },
      { name: 'b', paths: ['/x/y'] },
    ],
    ['hosts to headers', { name: 'a', hosts: ['*.example'] }, { name: 'b', headers: { a: ['1'] } }],
    ['headers to paths', { name: 'a', headers: { a: ['1'] } }, { name: 'b', paths: ['/x'] }],
    ['paths to methods', { name: 'a', paths: ['/x'] }, { name: 'b', methods: ['GET'] }],
    [
      'patterns, which have no mark',
      { name: 'a', paths: ['/x/(a|b)'] },
      { name: 'b', paths: ['/a/long/path'] },
    ],
  ])('of Kong 2 prefers %s', (_name, first, second) => {
    const rank = (entity: Loose) =>
      routePriority({ entity, path: entity.paths?.[0] ?? null }, '2.1');

    expect(comparePriority(rank(first), rank(second))).toBeLessThan(0);
  });

  it.each<[Loose, Loose, boolean]>([
    [{ paths: ['/a'] }, { paths: ['/a'] }, true],
    [{ paths: ['/a'] }, { paths: ['/b'] }, false],
    [{ paths: ['/a'], methods: ['GET'] }, { paths: ['/a'], methods: ['PUT'] }, false],
    [{ paths: ['/a'], methods: ['GET'] }, { paths: ['/a'], methods: ['PUT', 'GET'] }, true],
    [{ paths: ['/a'], ...host }, { paths: ['/a'], hosts: ['b.example'] }, false],
    [{ hosts: ['*.example'] }, { hosts: ['a.*'] }, true],
    [{ headers: { a: ['1'] } }, { headers: { a: ['2'] } }, false],
    [{ headers: { a: ['1'] } }, { headers: { b: ['2'] } }, true],
    [{ paths: ['~/a/x$'] }, { paths: ['~/b/x$'] }, false],
    [{ paths: ['~/a/.*$'] }, { paths: ['~/a/b$'] }, true],
    [{ paths: ['/a'], created_at: 1 }, { paths: ['/a'], created_at: 2 }, false],
  ])('of %j and %j is told by nothing: %s', (a, b, isTie) => {
    const translated = importRoutes([
      { name: 'a', ...a },
      { name: 'b', ...b },
    ]);

    expect(refusals(translated)).toEqual(isTie ? ['route.order'] : []);
  });

  const hosts = ['a.example', 'b.example', '*.example', 'a.*', '*.b.example', 'x.b.example'];
  const paths = [
    '/',
    '/o',
    '/orders',
    '/orders/admin',
    '/orders/admin/x',
    '~/orders/[a-z]+$',
    '~/o',
    '~/(?<x>a|orders)/',
  ];
  const some = (items: readonly string[]) =>
    fc.option(fc.uniqueArray(fc.constantFrom(...items), { minLength: 1, maxLength: 2 }), {
      nil: undefined,
    });
  const route = fc.record({
    hosts: some(hosts),
    paths: some(paths),
    methods: some(['GET', 'PUT']),
    headers: fc.option(
      fc.dictionary(
        fc.constantFrom('a', 'b'),
        fc.uniqueArray(fc.constantFrom('1', '2'), { minLength: 1 }),
        { minKeys: 1 },
      ),
      { nil: undefined },
    ),
    regex_priority: fc.nat(2),
  });
  const request = fc.record<Request>({
    host: fc.constantFrom(
      'a.example',
      'b.example',
      'a.b.example',
      'x.b.example',
      'a.other',
      'other',
    ),
    method: fc.constantFrom('GET', 'PUT', 'POST'),
    path: fc.constantFrom('/', '/o', '/orders', '/orders/admin', '/orders/admin/x/y', '/a/b', '/z'),
    headers: fc.dictionary(fc.constantFrom('a', 'b'), fc.constantFrom('1', '2', '3')),
  });

  it('takes each request to the route to which Kong takes it', () => {
    fc.assert(
      fc.property(
        fc.array(route, { minLength: 1, maxLength: 6 }),
        fc.array(request, { minLength: 8, maxLength: 8 }),
        (drawn, requests) => {
          const routes = drawn.map((item, index) => ({ name: `r${String(index)}`, ...item }));
          const { envoy } = importRoutes(routes, '3.0', ['route.order']);
          for (const one of requests) {
            const wanted = askKong(routes, one);
            const taken = askEnvoy(envoy, one);
            expect(wanted.length === 0 ? [null] : wanted).toContain(taken);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it('refuses every tie that a request could meet', () => {
    const narrow = fc.record({
      paths: fc.constantFrom(['/orders'], ['/orders', '/o'], ['~/o'], ['~/(?<x>a|orders)/']),
      methods: some(['GET', 'PUT']),
    });
    const method = fc.constantFrom('GET', 'PUT');
    fc.assert(
      fc.property(narrow, narrow, method, (a, b, method) => {
        const routes = [
          { name: 'a', ...a },
          { name: 'b', ...b },
        ];
        const one = { host: 'any', method, path: '/orders/admin', headers: {} };
        fc.pre(askKong(routes, one).length > 1);

        expect(refusals(importRoutes(routes))).toContain('route.order');
      }),
      { numRuns: 50 },
    );
  });
});

describe('a file of an older format', () => {
  it.each<[readonly [number, number] | null, readonly string[]]>([
    [null, ['longest', 'other']],
    [
      [2, 8],
      ['longest', 'other'],
    ],
    [
      [3, 4],
      ['other', 'longest'],
    ],
  ])('of Kong %j has its routes in the order of that', (kongVersion, wanted) => {
    const routes = [
      { name: 'longest', paths: ['/x', '/a/long/path'] },
      { name: 'other', paths: ['/x/y'] },
    ];
    const services = [{ name: 'a', url: 'http://a.internal', plugins, routes }];

    const { envoy } = translate({ _format_version: '2.1', services }, { kongVersion });

    const names = envoy.virtual_hosts[0].routes
      .filter(({ match }: Loose) => match.prefix.startsWith('/x'))
      .map(({ name }: Loose) => name);
    expect(names).toEqual(wanted);
  });
});

describe('what Envoy cannot match', () => {
  it.each<[string, Loose]>([
    ['route.paths', { paths: ['~/a(?!b)'] }],
    ['route.paths', { paths: ['a'] }],
    ['route.paths', { paths: ['/%6Frders'] }],
    ['route.paths', { paths: ['/a b'] }],
    ['route.paths', { paths: ['/é'] }],
    ['route.paths', { paths: ['/a//b'] }],
    ['route.paths', { paths: ['/a/../b'] }],
    ['route.paths', { paths: ['/a/.'] }],
    ['route.paths', { paths: ['/{a}'] }],
    ['route.paths', { paths: ['~/a%20b'] }],
    ['route.paths', { paths: ['~/é'] }],
    ['route.paths', { paths: ['~//a'] }],
    ['route.paths', { paths: [String.raw`~/\{a\}`] }],
    ['route.headers', { headers: { a: [] } }],
    ['route.headers', { headers: { a: ['~*(?=b)'] } }],
    ['route.headers', { headers: { a: ['~*b', 'c'] } }],
    ['route.hosts', { hosts: ['a.example:8443'] }],
    ['route.snis', { snis: ['a.example'] }],
    ['route.sources', { sources: [{ ip: '10.0.0.1' }] }],
    ['route.destinations', { destinations: [{ port: 1 }] }],
    ['route.expression', { expression: 'http.path == "/"' }],
    ['route.protocols', { protocols: ['tcp'] }],
  ])('stops the import at %s: %j', (name, entity) => {
    const translated = importRoutes([{ name: 'r', ...entity }], '3.0', [name]);

    expect(refusals(translated)).toContain(name);
    expect(translated.stopped).toBe(true);
  });
});

describe('routes of Envoy', () => {
  function only(route: Loose, service: Loose = {}): Loose {
    const services = [
      { name: 'a', url: 'http://a.internal:81/v1', plugins, routes: [route], ...service },
    ];
    return translate({ _format_version: '3.0', services }).envoy.virtual_hosts[0].routes;
  }

  it.each<[string, Loose, Loose]>([
    [
      'strip the path and add that of the Service',
      { paths: ['/a.b'] },
      { regex: String.raw`^/a\.b(?:\.{1,2}(?:/|$)|/)?`, substitution: '/v1/' },
    ],
    [
      'strip what a pattern matched',
      { paths: ['~/a/(x|y)'] },
      { regex: String.raw`^(?:/a/(?:x|y))(?:\.{1,2}(?:/|$)|/)?`, substitution: '/v1/' },
    ],
    [
      'keep the path where it is not stripped',
      { paths: ['/a'], strip_path: false },
      { regex: '^/', substitution: '/v1/' },
    ],
  ])('%s', (_name, route, { regex, substitution }) => {
    expect(only(route)[0].route).toEqual({
      cluster: 'a',
      host_rewrite_literal: 'a.internal:81',
      regex_rewrite: { pattern: { regex }, substitution },
    });
  });

  it.each<[Loose, Loose, Loose]>([
    [{ preserve_host: true }, { url: 'http://b' }, { cluster: 'a' }],
    [{}, { url: 'https://b' }, { cluster: 'a', host_rewrite_literal: 'b' }],
    [{}, { url: null, host: 'b', port: 8080 }, { cluster: 'a', host_rewrite_literal: 'b:8080' }],
    [{}, { url: null }, { cluster: 'a' }],
  ])('%j of %j go to %j', (route, service, wanted) => {
    expect(only(route, service)[0].route).toEqual(wanted);
  });

  it('that are for TLS alone tell others so, and no wider route takes them', () => {
    const [first, second] = only({ name: 'r', paths: ['/a'], protocols: ['https'] });

    const wanted = { name: 'x-forwarded-proto', string_match: { exact: 'https' } };
    expect(first.match.headers).toEqual([wanted]);
    expect(second).toEqual({
      name: 'r-tls-only',
      match: { prefix: '/a' },
      direct_response: { status: 426 },
      typed_per_filter_config: {
        'envoy.filters.http.ext_authz': expect.objectContaining({ disabled: true }),
      },
    });
  });

  it('that are for TLS alone send others there, where the file says so', () => {
    const route = { name: 'r', protocols: ['https'], https_redirect_status_code: 308 };

    const [, second] = only(route);

    expect(second).toMatchObject({
      redirect: { https_redirect: true, response_code: 'PERMANENT_REDIRECT' },
    });
    expect(second).not.toHaveProperty('route');
  });

  it.each<[Loose, Loose, readonly string[]]>([
    [{ path_handling: 'v1' }, {}, ['route.path_handling']],
    [{ path_handling: 'v1' }, { url: 'http://a' }, []],
    [{ path_handling: 'v0' }, {}, []],
  ])('%j with the Service %j is refused: %j', (route, service, wanted) => {
    const services = [
      { name: 'a', url: 'http://a/v1', plugins, routes: [{ name: 'r', ...route }], ...service },
    ];

    expect(refusals(translate({ _format_version: '3.0', services }))).toEqual(wanted);
  });

  it('have defaults that the file gives for all', () => {
    const services = [
      { name: 'a', url: 'http://a', plugins, routes: [{ name: 'r', paths: ['/a'] }] },
    ];
    const defaults = { route: { strip_path: false, preserve_host: true } };

    const { envoy } = translate({ _format_version: '3.0', _info: { defaults }, services });

    expect(envoy.virtual_hosts[0].routes[0].route).toEqual({ cluster: 'a' });
  });

  it('are left out with a Service that is disabled', () => {
    const off = { name: 'off', enabled: false, routes: [{ name: 'o', paths: ['/a/b'] }] };
    const on = { name: 'on', plugins, routes: [{ name: 'r', paths: ['/a'] }] };

    const { envoy } = translate({ _format_version: '3.0', services: [off, on] });

    expect(envoy.virtual_hosts[0].routes.map(({ name }: Loose) => name)).toEqual(['r']);
  });
});
