import { describe, expect, it } from '@jest/globals';
import { refusals, translate, withOidc, type Loose } from './translate.ts';

const oidc = {
  name: 'openid-connect',
  config: {
    issuer: 'https://idp.example',
    auth_methods: ['bearer'],
    consumer_claim: ['client_id'],
  },
};

function acl(...allow: string[]): Loose {
  return { name: 'acl', config: { allow } };
}

describe('acl', () => {
  it.each<[string, Loose, Loose]>([
    ['allow', { allow: ['a', 'a', 'b'] }, { allow: ['a', 'b'] }],
    ['deny', { deny: ['a'] }, { deny: ['a'] }],
    ['whitelist', { whitelist: ['a'] }, { allow: ['a'] }],
    ['blacklist', { blacklist: ['a'] }, { deny: ['a'] }],
    ['both names of one list', { allow: ['a'], whitelist: ['a'], deny: [] }, { allow: ['a'] }],
    [
      'its switches',
      { deny: ['a'], hide_groups_header: true, always_use_authenticated_groups: true },
      { deny: ['a'], hide_groups_header: true, always_use_authenticated_groups: true },
    ],
    [
      'switches that are off',
      { allow: ['a'], hide_groups_header: false, include_consumer_groups: false },
      { allow: ['a'] },
    ],
  ])('%s', (_name, config, written) => {
    const { postern, problems } = translate(withOidc({}, { plugins: [{ name: 'acl', config }] }));

    expect(postern.services[0].acl).toEqual(written);
    expect(problems).toEqual([]);
  });

  it.each<[string, Loose]>([
    ['acl', {}],
    ['acl', { allow: [] }],
    ['acl', { allow: ['a'], deny: ['b'] }],
    ['acl.allow', { allow: ['a'], whitelist: ['b'] }],
    ['acl.allow', { allow: [1] }],
    ['acl.include_consumer_groups', { allow: ['a'], include_consumer_groups: true }],
    ['acl.something_new', { allow: ['a'], something_new: 1 }],
    ['acl.something_new', { allow: ['a'], something_new: false }],
    ['acl.allow', { allow: ['a', 'b'], whitelist: ['a,b'] }],
  ])('refuses %s: %j', (name, config) => {
    const translated = translate(withOidc({}, { plugins: [{ name: 'acl', config }] }));

    expect(refusals(translated)).toContain(name);
  });

  it('of Konnect’s making becomes a registration, and its members are registered', () => {
    const group = '7d9f2b52-1111-4222-8333-444455556666';
    const tags = ['konnect-managed-plugin', 'konnect-app-registration'];
    const consumers = [{ custom_id: 'app', acls: [{ group }] }, { custom_id: 'other' }];
    const plugins = [{ ...acl(group), tags }];

    const { postern, consumers: written } = translate(withOidc({}, { plugins, consumers }));

    expect(postern.services[0]).toMatchObject({ registration: { required: true } });
    expect(postern.services[0]).not.toHaveProperty('acl');
    expect(written.consumers).toEqual([
      {
        custom_id: 'app',
        acls: [{ group }],
        registrations: [{ service: 'orders', status: 'approved' }],
      },
      { custom_id: 'other' },
    ]);
  });
});

describe('acl of Konnect’s making', () => {
  const tags = ['konnect-managed-plugin', 'konnect-app-registration'];
  const managed = (group: string) => ({ ...acl(group), tags });
  const consumers = [
    { custom_id: 'one', acls: [{ group: 'g1' }] },
    { custom_id: 'two', acls: [{ group: 'g2' }] },
  ];

  it('at routes with groups of their own lets nobody from one to the other', () => {
    const routes = [
      { name: 'r1', paths: ['/1'], plugins: [managed('g1')] },
      { name: 'r2', paths: ['/2'], plugins: [managed('g2')] },
    ];
    const services = [{ name: 'a', plugins: [oidc], routes }];

    const { postern, consumers: written } = translate({
      _format_version: '3.0',
      services,
      consumers,
    });

    expect(postern.services).toMatchObject([
      { name: 'a', registration: { required: true }, routes: [{ name: 'r1' }] },
      { name: 'a.r2', registration: { required: true }, routes: [{ name: 'r2' }] },
    ]);
    expect(written.consumers).toMatchObject([
      { custom_id: 'one', registrations: [{ service: 'a', status: 'approved' }] },
      { custom_id: 'two', registrations: [{ service: 'a.r2', status: 'approved' }] },
    ]);
  });

  it('cannot stand beside application-registration', () => {
    const plugins = [{ name: 'application-registration' }, managed('g1')];

    expect(refusals(translate(withOidc({}, { plugins, consumers })))).toEqual([
      'acl.konnect-app-registration',
    ]);
  });
});

describe('the narrowest plugin', () => {
  const routes = [
    { name: 'own', paths: ['/own'], plugins: [acl('route')] },
    { name: 'none', paths: ['/n'] },
  ];

  function aclOf(file: Loose): Loose {
    const { postern, problems } = translate({ _format_version: '3.0', ...file });
    expect(problems).toEqual([]);
    const [service] = postern.services;
    return [service.acl, ...service.routes.map((route: Loose) => route.acl)];
  }

  it.each<[string, Loose[], Loose[], Loose]>([
    [
      'route over service over all',
      [acl('global')],
      [acl('service')],
      [['service'], ['route'], undefined],
    ],
    ['route over all', [acl('global')], [], [['global'], ['route'], undefined]],
    ['route alone', [], [], [undefined, ['route'], undefined]],
    [
      'one that is disabled is not there',
      [acl('global')],
      [{ ...acl('service'), enabled: false }],
      [['global'], ['route'], undefined],
    ],
  ])('%s', (_name, plugins, own, wanted) => {
    const services = [{ name: 'a', routes, plugins: [oidc, ...own] }];

    const lists = aclOf({ services, plugins }).map((list: Loose) => list?.allow);

    expect(lists).toEqual(wanted);
  });

  it('is the same whether it is nested or flat', () => {
    const nested = {
      services: [{ name: 'a', plugins: [oidc, acl('service')], routes }],
    };
    const flat = {
      services: [{ name: 'a', id: 's1' }],
      routes: [
        { name: 'own', id: 'r1', paths: ['/own'], service: 'a' },
        { name: 'none', paths: ['/n'], service: { id: 's1' } },
      ],
      plugins: [
        { ...oidc, service: 'a' },
        { ...acl('service'), service: { name: 'a' } },
        { ...acl('route'), route: 'r1' },
      ],
    };

    expect(aclOf(flat)).toEqual(aclOf(nested));
  });

  it('is not merged with a wider one', () => {
    const narrow = { ...oidc, config: { ...oidc.config, audience_required: ['b'] } };
    const services = [
      {
        name: 'a',
        plugins: [{ ...oidc, config: { ...oidc.config, scopes_required: ['s'] } }],
        routes: [
          { name: 'own', paths: ['/own'], plugins: [narrow] },
          { name: 'wide', paths: ['/w'] },
        ],
      },
    ];

    const { postern, problems } = translate({ _format_version: '3.0', services });

    expect(problems).toEqual([]);
    expect(postern.services).toMatchObject([
      {
        scopes_required: ['s'],
        routes: [{ name: 'own', scopes_required: [], audience_required: ['b'] }, { name: 'wide' }],
      },
    ]);
  });

  it('with other ways in makes a Service of its own, which keeps the registration', () => {
    const other = { ...oidc, config: { ...oidc.config, auth_methods: ['introspection'] } };
    const services = [
      {
        name: 'a',
        plugins: [oidc, { name: 'application-registration', config: { display_name: 'A' } }],
        routes: [
          { name: 'own', paths: ['/own'], plugins: [other] },
          { name: 'wide', paths: ['/w'] },
        ],
      },
    ];
    const portal = {
      applications: [{ id: '1', custom_id: 'app' }],
      application_instances: [{ application: { id: '1' }, service: { name: 'a' }, status: 0 }],
    };

    const { postern, consumers, problems } = translate(
      { _format_version: '3.0', services },
      { portal },
    );

    expect(problems).toEqual([]);
    expect(postern.identity_providers).toHaveLength(1);
    expect(postern.services).toMatchObject([
      { name: 'a', auth_methods: ['bearer'], routes: [{ name: 'wide' }] },
      { name: 'a.own', auth_methods: ['introspection'], registration: { display_name: 'A' } },
    ]);
    expect(consumers.consumers[0].registrations).toMatchObject([
      { service: 'a', status: 'approved' },
      { service: 'a.own', status: 'approved' },
    ]);
  });

  it('on routes alone leaves the others open, and says so', () => {
    const services = [
      {
        name: 'a',
        routes: [
          { name: 'own', paths: ['/own'], plugins: [oidc] },
          { name: 'free', paths: ['/f'] },
        ],
      },
      { name: 'b', routes: [{ name: 'b', paths: ['/b'] }] },
    ];

    const { postern, problems, report } = translate({ _format_version: '3.0', services });

    expect(problems).toEqual([]);
    expect(postern.services).toMatchObject([
      { name: 'a', routes: [{ name: 'own' }, { name: 'free', auth: 'none' }] },
      { name: 'b', routes: [{ name: 'b', auth: 'none' }] },
    ]);
    const told = report.translated.filter(({ name }) => name === 'route.open');
    expect(told.map(({ why }) => why)).toEqual([
      expect.stringContaining('on free: everybody passes'),
      expect.stringContaining('on b: everybody passes'),
    ]);
  });
});

describe('identity providers', () => {
  it('are one where issuer and options are the same', () => {
    const service = (name: string, config: Loose) => ({
      name,
      routes: [{ name, paths: [`/${name}`] }],
      plugins: [{ name: 'openid-connect', config: { ...oidc.config, ...config } }],
    });
    const services = [
      service('a', { scopes_required: ['a'] }),
      service('b', { scopes_required: ['b'] }),
      service('c', { leeway: 3 }),
    ];

    const { postern, problems } = translate({ _format_version: '3.0', services });

    expect(problems).toEqual([]);
    expect(postern.identity_providers.map(({ name }: Loose) => name)).toEqual([
      'idp.example',
      'idp.example-2',
    ]);
    expect(postern.services.map((item: Loose) => item.identity_providers[0])).toEqual([
      'idp.example',
      'idp.example',
      'idp.example-2',
    ]);
  });

  it('take their shared configuration, the plugin’s own keys first', () => {
    const services = [
      {
        name: 'a',
        routes: [{ name: 'r', paths: ['/'] }],
        plugins: [{ name: 'openid-connect', _config: 'shared', config: { leeway: 9 } }],
      },
    ];
    const _plugin_configs = { shared: { ...oidc.config, leeway: 1, timeout: 50 } };

    const { postern } = translate({ _format_version: '3.0', services, _plugin_configs });

    expect(postern.identity_providers).toMatchObject([{ leeway: '9s', timeout: '50ms' }]);
  });
});

describe('other plugins', () => {
  it.each([['prometheus'], ['file-log'], ['proxy-cache'], ['correlation-id']])(
    '%s is ignored',
    (name) => {
      const { report, stopped } = translate(withOidc({}, { plugins: [{ name }] }));

      expect(stopped).toBe(false);
      expect(report.ignored.map((entry) => entry.name)).toContain(name);
    },
  );

  it.each([
    ...['key-auth', 'jwt', 'basic-auth', 'ip-restriction', 'request-termination', 'mtls-auth'],
    ...['request-transformer', 'pre-function', 'a-plugin-of-our-own', 'rate-limiting', 'cors'],
    ...['opa', 'response-transformer', 'kafka-upstream', 'confluent', 'rate-limiting-advanced'],
  ])('%s is refused, unless its loss is accepted', (name) => {
    const file = withOidc({}, { plugins: [{ name }] });

    expect(refusals(translate(file))).toEqual([name]);
    expect(translate(file, { acceptLoss: [name] }).stopped).toBe(false);
    expect(translate(withOidc({}, { plugins: [{ name, enabled: false }] })).stopped).toBe(false);
  });

  it('of Consumers and groups of them are judged as well', () => {
    const consumers = [{ username: 'a', plugins: [{ name: 'request-termination' }] }];
    const file = { consumer_groups: [{ name: 'g', plugins: [{ name: 'ip-restriction' }] }] };

    const translated = translate(withOidc({}, { consumers, file }));

    expect(refusals(translated)).toEqual(['request-termination', 'ip-restriction']);
  });

  it.each<[string, Loose]>([
    ['acl', { consumers: [{ username: 'a', plugins: [acl('x')] }] }],
    ['application-registration', { plugins: [{ name: 'application-registration' }] }],
    ['plugin.scope', { plugins: [{ ...acl('x'), service: 'nowhere' }] }],
    ['acl', { plugins: [acl('x'), acl('y')] }],
    ['_config', { plugins: [{ ...acl('x'), _config: 'nowhere' }] }],
    ['acl.condition', { plugins: [{ ...acl('x'), condition: 'true' }] }],
    ['acl.ordering', { plugins: [{ ...acl('x'), ordering: { before: {} } }] }],
    ['acl.partials', { plugins: [{ ...acl('x'), partials: [{ id: '1' }] }] }],
    ['filter_chains', { filter_chains: [{ name: 'f' }] }],
    ['a_section_of_next_year', { a_section_of_next_year: [1] }],
    ['consumer_group_plugins', { consumer_group_plugins: [{ name: 'x' }] }],
    ['service.filter_chains', { services: [{ name: 'a', filter_chains: [{ filters: [] }] }] }],
    [
      'route.queries',
      { services: [{ name: 'a', routes: [{ paths: ['/r'], queries: { admin: ['1'] } }] }] },
    ],
    ['plugin.scope_of_next_year', { plugins: [{ name: 'prometheus', scope_of_next_year: 'x' }] }],
    ['service.name', { services: [{ name: 'a' }, { name: 'a' }] }],
    ['service.name', { services: [{ name: 'a' }, { name: 'b', id: 'a' }] }],
    [
      'route.name',
      {
        services: [
          {
            name: 'a',
            routes: [
              { name: 'r', paths: ['/1'] },
              { name: 'r', paths: ['/2'] },
            ],
          },
        ],
      },
    ],
    ['route.service', { routes: [{ name: 'r', paths: ['/r'] }] }],
  ])('stops at %s where it cannot be: %j', (name, file) => {
    expect(refusals(translate(withOidc({}, { file })))).toContain(name);
  });

  it('that need a caller cannot stand without openid-connect', () => {
    const services = [
      { name: 'a', routes: [{ name: 'r', paths: ['/r'] }], plugins: [acl('x')] },
      { name: 'b', routes: [{ name: 's', paths: ['/s'], plugins: [oidc] }] },
    ];

    expect(refusals(translate({ _format_version: '3.0', services }))).toEqual([
      'acl.without-authentication',
    ]);
  });

  it('that are not used in --accept-loss are named', () => {
    expect(translate(withOidc({}), { acceptLoss: ['jwt'] }).report.unusedAcceptLoss).toEqual([
      'jwt',
    ]);
  });
});
