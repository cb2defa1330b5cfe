import { describe, expect, it } from '@jest/globals';
import { refusals, translate, withOidc, type Loose } from './translate.ts';

const registration = {
  name: 'application-registration',
  config: {
    display_name: 'Orders',
    description: 'About orders',
    auto_approve: true,
    show_issuer: true,
  },
};

describe('application-registration', () => {
  it('becomes the registration of the Service', () => {
    const { postern } = translate(withOidc({}, { plugins: [registration] }));

    expect(postern.services[0].registration).toEqual({
      required: true,
      display_name: 'Orders',
      auto_approve: true,
      show_issuer: true,
    });
  });

  it('that admits Consumers registers those of the file', () => {
    const config = { ...registration.config, enable_proxy_with_consumer_credential: true };
    const consumers = [{ username: 'a' }];

    const translated = translate(
      withOidc({}, { plugins: [{ ...registration, config }], consumers }),
    );

    expect(translated.consumers.consumers).toEqual([
      { username: 'a', registrations: [{ service: 'orders', status: 'approved' }] },
    ]);
  });

  it('that admits Consumers admits neither the anonymous one nor an application', () => {
    const config = { ...registration.config, enable_proxy_with_consumer_credential: true };
    const consumers = [
      { username: 'guest' },
      { username: 'app', custom_id: 'c1' },
      { username: 'other' },
    ];
    const file = withOidc(
      { anonymous: 'guest' },
      { plugins: [{ ...registration, config }], consumers },
    );
    const portal = { applications: [{ id: 'a1', custom_id: 'c1' }] };

    const { consumers: written } = translate(file, { portal });

    expect(written.consumers).toEqual([
      { username: 'guest' },
      { username: 'app', custom_id: 'c1' },
      { username: 'other', registrations: [{ service: 'orders', status: 'approved' }] },
    ]);
  });

  it('refuses what Kong itself gave out tokens by', () => {
    const config = { ...registration.config, enable_password_grant: true };

    expect(refusals(translate(withOidc({}, { plugins: [{ ...registration, config }] })))).toEqual([
      'application-registration.enable_password_grant',
    ]);
  });
});

describe('Consumers', () => {
  it('keep their names, groups and ids, nested and flat', () => {
    const id = '2F0B9C1E-0000-4000-8000-000000000001';
    const consumers = [
      { username: 'a', custom_id: 'ca', id, tags: ['t'], acls: [{ group: 'g' }, { group: 'g' }] },
      { custom_id: 'cb', id: 'no-guid' },
    ];
    const acls = [
      { consumer: 'a', group: 'h' },
      { consumer: { id }, group: 'i' },
      { consumer: 'nobody', group: 'j' },
    ];

    const { consumers: written, report } = translate(withOidc({}, { consumers, file: { acls } }));

    expect(written.consumers).toEqual([
      {
        id,
        username: 'a',
        custom_id: 'ca',
        tags: ['t'],
        acls: [{ group: 'g' }, { group: 'i' }, { group: 'h' }],
      },
      { custom_id: 'cb' },
    ]);
    expect(report.ignored.map(({ name }) => name)).toContain('acls');
  });

  it.each([['username'], ['custom_id'], ['id']])('with one %s are refused, both by line', (key) => {
    const consumers = ['one', 'two'].map((username) => ({ username, [key]: 'same' }));

    const { report } = translate(withOidc({}, { consumers }));

    expect(report.refused).toEqual([
      expect.objectContaining({ name: `consumer.${key}`, final: true }),
    ]);
    expect(report.refused[0]?.at).toMatch(/^kong\.yaml:\d+:\d+ consumers\[1\]/);
    expect(report.refused[0]?.why).toMatch(/at kong\.yaml:\d+:\d+ consumers\[0\]/);
  });

  it('without a name are refused', () => {
    expect(refusals(translate(withOidc({}, { consumers: [{ tags: ['a'] }] })))).toEqual([
      'consumer',
    ]);
  });
});

describe('the portal', () => {
  const service = { plugins: [registration], consumers: [{ username: 'b', custom_id: 'cb' }] };

  function importPortal(portal: Loose, more: Loose = {}) {
    return translate(withOidc({}, { ...service, ...more }), { portal });
  }

  const applications = [{ id: 'a1', name: 'One', custom_id: 'c1' }];
  const instance = (more: Loose) => ({
    application: { id: 'a1' },
    service: { name: 'orders' },
    ...more,
  });

  it.each<[Loose, Loose]>([
    [{ status: 0 }, { status: 'approved' }],
    [{ status: 1 }, { status: 'requested' }],
    [{ status: 2 }, { status: 'rejected' }],
    [{ status: 3 }, { status: 'revoked' }],
    [{ status: 'approved' }, { status: 'approved' }],
    [
      { status: 0, suspended: true },
      { status: 'approved', suspended: true },
    ],
  ])('turns %j into %j', (status, written) => {
    const { consumers } = importPortal({ applications, application_instances: [instance(status)] });

    expect(consumers.consumers.at(-1)).toEqual({
      custom_id: 'c1',
      registrations: [{ service: 'orders', ...written }],
      application: { name: 'One' },
    });
  });

  it.each([0, 1, 2, 3])(
    'suspends what belongs to a developer of status %d unless approved',
    (status) => {
      const own = [{ ...applications[0], developer: { id: 'd' } }];
      const portal = {
        developers: [{ id: 'd', status }],
        applications: own,
        application_instances: [instance({ status: 0 })],
      };

      const [entry] = importPortal(portal).consumers.consumers.at(-1).registrations;

      expect(entry.suspended ?? false).toBe(status !== 0);
    },
  );

  it('takes pages of the Admin API, and Services by id', () => {
    const portal = {
      applications: { data: applications, next: null },
      services: { data: [{ id: 'uuid', name: 'orders' }], next: null },
      application_instances: {
        data: [instance({ service: { id: 'uuid' }, status: 0 })],
        next: null,
      },
    };

    expect(importPortal(portal).consumers.consumers.at(-1).registrations).toHaveLength(1);
  });

  it('keeps names, owners and where they are sent back to, and says who is not imported', () => {
    const { consumers, report } = importPortal({
      developers: [{ id: 'd', email: 'dana@partner.example', status: 0 }],
      applications: [
        { ...applications[0], developer: { id: 'd' }, redirect_uri: 'https://one.example/' },
        { id: 'a2', custom_id: 'c2', developer: { id: 'd' } },
      ],
    });

    expect(consumers.consumers.slice(1)).toEqual([
      {
        custom_id: 'c1',
        application: { name: 'One', owner: 'd', redirect_uri: 'https://one.example/' },
      },
      { custom_id: 'c2', application: { name: 'c2', owner: 'd' } },
    ]);
    expect(report.ignored).toContainEqual({
      name: 'developer',
      at: expect.stringContaining('developers[0]'),
      why: 'dana@partner.example (approved) is not imported; applications name it by its id d',
    });
  });

  it.each<[string, Loose[]]>([
    ['another application', [{ id: 'a2', name: 'One', custom_id: 'c2' }]],
    ['a Consumer', [{ id: 'a2', name: 'shop', custom_id: 'c2' }]],
    ['none that can be written', [{ id: 'a2', name: 'a\nb', custom_id: 'c2' }]],
  ])('refuses an application with the name of %s', (_name, more) => {
    const consumers = [{ username: 'application_shop' }];

    const translated = importPortal({ applications: [...applications, ...more] }, { consumers });

    expect(refusals(translated)).toEqual(['application.name']);
  });

  it('gives an application of a Consumer’s client id to that Consumer', () => {
    const own = [{ id: 'a1', custom_id: 'cb' }];

    const { consumers, report } = importPortal({
      applications: own,
      application_instances: [instance({ status: 0 })],
    });

    expect(consumers.consumers).toEqual([
      {
        username: 'b',
        custom_id: 'cb',
        registrations: [{ service: 'orders', status: 'approved' }],
      },
    ]);
    expect(report.ignored).toContainEqual(expect.objectContaining({ name: 'application.name' }));
  });

  it.each<[string, Loose]>([
    ['application', { applications: [{ id: 'a1' }] }],
    ['application_instance', { application_instances: [instance({ status: 0 })] }],
    [
      'application_instance',
      { applications, application_instances: [instance({ status: 0, service: { name: 'x' } })] },
    ],
  ])('ignores an %s that leads nowhere, and says so', (name, portal) => {
    const { report, consumers } = importPortal(portal);

    expect(report.ignored.map((entry) => entry.name)).toContain(name);
    expect(JSON.stringify(consumers)).not.toContain('registrations');
  });

  it.each<[string, Loose, RegExp]>([
    [
      'a status that there is not',
      { application_instances: [instance({ status: 4 })] },
      /at most 3/,
    ],
    [
      'a page that is not the last',
      { applications: { data: [], next: '/x' } },
      /all of its pages|null/,
    ],
    ['an unknown list', { consumers: [] }, /unknown key/],
    ['a list', [], /mapping/],
  ])('refuses %s', (_name, portal, message) => {
    expect(() => importPortal(portal)).toThrow(message);
  });

  it('suspends what belongs to a developer whom an export with developers does not have', () => {
    const portal = {
      developers: [{ id: 'other', status: 0 }],
      applications: [{ ...applications[0], developer: { id: 'd' } }],
      application_instances: [instance({ status: 0 })],
    };

    const [entry] = importPortal(portal).consumers.consumers.at(-1).registrations;

    expect(entry).toEqual({ service: 'orders', status: 'approved', suspended: true });
  });

  it('refuses two instances of an application for one Service', () => {
    const two = [instance({ status: 3 }), instance({ status: 0 })];

    expect(refusals(importPortal({ applications, application_instances: two }))).toEqual([
      'application_instance',
    ]);
  });

  it('refuses two applications of one client id', () => {
    const two = [...applications, { id: 'a2', custom_id: 'c1' }];

    expect(refusals(importPortal({ applications: two }))).toEqual(['application.custom_id']);
  });
});
