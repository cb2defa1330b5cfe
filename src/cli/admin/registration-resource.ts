import type { Entry } from '../admin-client/admin-client.ts';
import { valueAt } from './show-value.ts';
import { readers, type Field, type Resource } from './resource.ts';

const consumerOption = (description: string): Field => ({
  name: 'consumer',
  placeholder: '<id|username>',
  description,
});
const applicationOption = (description: string): Field => ({
  name: 'application',
  placeholder: '<id|client id|name>',
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

/** What the commands of registrations know of them. */
export const registrations: Resource = {
  name: 'registrations',
  singular: 'registration',
  columns: [
    ['id', 'id'],
    ['service', 'service'],
    ['of', 'application.name', 'consumer.username', 'consumer.custom_id', 'consumer.id'],
    ['custom_id', 'consumer.custom_id'],
    ['consumer', 'consumer.username', 'consumer.id'],
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
  describe: describeRegistration,
};

/** With the client id, since whoever created an application chose its name. */
function describeRegistration({ id, service, ...entry }: Entry): string {
  const [name, customId] = [
    ['application.name', 'consumer.username', 'consumer.id'],
    ['consumer.custom_id'],
  ].map((places) => places.map((place) => valueAt(entry, place)).find(isText));
  const whose = customId === undefined ? name : `${String(name)} (custom_id ${customId})`;
  return name === undefined ? String(id) : `${String(id)}: ${String(whose)} for ${String(service)}`;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
