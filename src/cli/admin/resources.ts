import type { Entry } from '../admin-client/admin-client.ts';
import type { Field, Resource } from './resource.ts';

const tags: Field = {
  name: 'tags',
  option: 'tag',
  placeholder: '<tag>',
  description: 'a tag; may be given several times',
  kind: 'list',
};
const provider: Field = {
  name: 'identity_provider',
  placeholder: '<name>',
  description: 'resolve it only for tokens of this provider',
};

const readers = 'admin, approver or read';
const adminOnly = {
  list: readers,
  get: readers,
  create: 'admin',
  update: 'admin',
  delete: 'admin',
} as const;

function byName(...fields: readonly string[]): (entry: Entry) => string {
  return (entry) => {
    const name = fields.map((field) => entry[field]).find((value) => typeof value === 'string');
    const id = String(entry['id']);
    return name === undefined || name === id ? id : `${name} (${id})`;
  };
}

const consumers: Resource = {
  name: 'consumers',
  singular: 'Consumer',
  columns: [
    ['id', 'id'],
    ['username', 'username'],
    ['custom_id', 'custom_id'],
    ['tags', 'tags'],
    ['rate_limit', 'rate_limit'],
  ],
  fields: [
    { name: 'username', placeholder: '<name>', description: 'a name of its own' },
    {
      name: 'custom_id',
      placeholder: '<id>',
      description: 'its client id at the identity provider',
    },
    tags,
    provider,
    {
      name: 'rate_limit',
      placeholder: '<n/unit>',
      description: 'for Envoy’s rate limit filter: 10/second, …/minute, …/hour, …/day',
      kind: 'rate',
    },
  ],
  filters: [
    { name: 'custom_id', placeholder: '<id>', description: 'only the one with this client id' },
  ],
  hasTags: true,
  reference: '<id|username>',
  searchedBy: [],
  readOnly: ['created_at', 'updated_at'],
  isBelowConsumer: false,
  roles: adminOnly,
  examples: {
    list: ['consumers list --select-tag orders', 'consumers list -o json'],
    get: ['consumers get billing-app -o yaml'],
    create: [
      'consumers create --username billing-app --custom-id 0oa1b2c3d4 --tag orders',
      'consumers create -f consumer.yaml',
    ],
    update: [
      'consumers update billing-app --rate-limit 10/second',
      'consumers get billing-app -o yaml > c.yaml; edit; consumers update billing-app -f c.yaml',
    ],
    delete: ['consumers delete billing-app --yes'],
  },
  describe: byName('username', 'custom_id'),
};

const acls: Resource = {
  name: 'acls',
  singular: 'membership',
  columns: [
    ['id', 'id'],
    ['group', 'group'],
    ['consumer', 'consumer.id'],
    ['tags', 'tags'],
  ],
  fields: [{ name: 'group', placeholder: '<group>', description: 'the group' }, tags],
  filters: [],
  hasTags: true,
  reference: '<id|group>',
  searchedBy: [],
  readOnly: ['consumer', 'created_at'],
  isBelowConsumer: true,
  roles: adminOnly,
  examples: {
    list: ['acls list --consumer billing-app'],
    get: ['acls get --consumer billing-app gold'],
    create: ['acls create --consumer billing-app --group gold'],
    update: ['acls update --consumer billing-app gold --tag trial'],
    delete: ['acls delete --consumer billing-app gold --yes'],
  },
  describe: byName('group'),
};

const applications: Resource = {
  name: 'applications',
  singular: 'application',
  columns: [
    ['id', 'id'],
    ['name', 'name'],
    ['custom_id', 'custom_id'],
    ['owner', 'owner'],
    ['tags', 'tags'],
  ],
  fields: [
    { name: 'name', placeholder: '<name>', description: 'what people call it' },
    {
      name: 'custom_id',
      placeholder: '<id>',
      description: 'its client id at the identity provider',
    },
    { name: 'redirect_uri', placeholder: '<uri>', description: 'where it is sent back to' },
    { name: 'owner', placeholder: '<owner>', description: 'a developer, or any other name' },
    tags,
    provider,
  ],
  filters: [{ name: 'owner', placeholder: '<owner>', description: 'only those of this owner' }],
  hasTags: true,
  reference: '<id|name>',
  searchedBy: ['name', 'custom_id'],
  readOnly: ['consumer', 'version', 'created_at', 'updated_at'],
  isBelowConsumer: false,
  roles: {
    ...adminOnly,
    list: `${readers}; requester for its own`,
    get: `${readers}; requester for its own`,
    create: 'admin or requester',
  },
  examples: {
    list: ['applications list --owner anna@example.com'],
    get: ['applications get Shop'],
    create: ['applications create --name Shop --custom-id 0oa5e6f7a8 --owner anna@example.com'],
    update: ['applications update Shop --custom-id 0oa9b0c1d2'],
    delete: ['applications delete Shop --yes'],
  },
  describe: byName('name', 'custom_id'),
};

const developers: Resource = {
  name: 'developers',
  singular: 'developer',
  columns: [
    ['id', 'id'],
    ['email', 'email'],
    ['status', 'status'],
    ['meta', 'meta'],
  ],
  fields: [
    { name: 'email', placeholder: '<email>', description: 'by which they are known' },
    { name: 'meta', placeholder: '<text>', description: 'free text of a portal' },
  ],
  filters: [],
  hasTags: false,
  reference: '<id|email>',
  searchedBy: [],
  readOnly: ['created_at', 'updated_at'],
  isBelowConsumer: false,
  roles: adminOnly,
  examples: {
    list: ['developers list'],
    get: ['developers get anna@example.com'],
    create: ['developers create --email anna@example.com'],
    update: ['developers update anna@example.com --meta "team orders"'],
    delete: ['developers delete anna@example.com --yes'],
  },
  describe: byName('email'),
};

const consumerOption = (description: string): Field => ({
  name: 'consumer',
  placeholder: '<id|username>',
  description,
});
const applicationOption = (description: string): Field => ({
  name: 'application',
  placeholder: '<id|name>',
  description,
  kind: 'application',
});
const service: Field = { name: 'service', placeholder: '<name>', description: 'the Service' };
const note: Field = { name: 'note', placeholder: '<text>', description: 'a word why' };

/** Options that say which registrations are meant. */
export const registrationFilters: readonly Field[] = [
  service,
  {
    name: 'status',
    placeholder: '<status>',
    description: 'only those that stand so',
    choices: ['requested', 'approved', 'rejected', 'revoked'],
  },
  consumerOption('only those of this Consumer'),
  applicationOption('only those of this application'),
];

const registrations: Resource = {
  name: 'registrations',
  singular: 'registration',
  columns: [
    ['id', 'id'],
    ['service', 'service'],
    ['of', 'application.name', 'consumer.username', 'consumer.custom_id', 'consumer.id'],
    ['status', 'status'],
    ['suspended', 'suspended'],
    ['note', 'note'],
  ],
  fields: [
    consumerOption('for this Consumer'),
    applicationOption('for this application'),
    service,
    {
      name: 'status',
      placeholder: '<status>',
      description: 'not what the Service’s auto_approve says',
      choices: ['requested', 'approved'],
    },
    note,
  ],
  changes: [note],
  filters: registrationFilters,
  hasTags: false,
  reference: '<id>',
  searchedBy: [],
  readOnly: ['consumer', 'application', 'service', 'steps', 'version', 'created_at', 'updated_at'],
  isBelowConsumer: false,
  roles: {
    list: `${readers}; requester for its own`,
    get: `${readers}; requester for its own`,
    create: 'admin, or requester for its own applications',
    update: 'admin or approver',
    delete: 'admin',
  },
  examples: {
    list: ['registrations list --service orders --status requested'],
    get: ['registrations get 9e0f2c1a-5b1d-4a9e-8a63-0c2f7f0b1d55'],
    create: ['registrations create --application Shop --service orders'],
    update: ['registrations update 9e0f2c1a-5b1d-4a9e-8a63-0c2f7f0b1d55 --note "see ticket 12"'],
    delete: ['registrations delete 9e0f2c1a-5b1d-4a9e-8a63-0c2f7f0b1d55 --yes'],
  },
  describe: (entry) => String(entry['id']),
};

/** All that can be listed, seen, created, changed and deleted. */
export const resources = { consumers, acls, applications, developers, registrations } as const;
