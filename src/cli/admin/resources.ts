import type { Entry } from '../admin-client/admin-client.ts';
import { registrations } from './registration-resource.ts';
import { readers, type Field, type Resource } from './resource.ts';

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

/** With what its name does not say: whoever created it chose that. */
function describeApplication({ id, name, custom_id: customId, owner }: Entry): string {
  const owned = typeof owner === 'string' ? `, owner ${owner}` : ', no owner';
  return `${String(name)} (${String(id)}, custom_id ${String(customId)}${owned})`;
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
    create: [
      'acls create --consumer billing-app --group gold',
      'acls create --application Shop --group gold',
    ],
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
    { name: 'owner', placeholder: '<owner>', description: 'email of a developer, or any name' },
    tags,
    provider,
  ],
  filters: [
    {
      name: 'owner',
      placeholder: '<owner>',
      description: 'only those of this owner',
      kind: 'owner',
    },
  ],
  hasTags: true,
  reference: '<id|client id|name>',
  searchedBy: ['custom_id', 'name'],
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
  describe: describeApplication,
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

/** All that can be listed, seen, created, changed and deleted. */
export const resources = { consumers, acls, applications, developers, registrations } as const;
