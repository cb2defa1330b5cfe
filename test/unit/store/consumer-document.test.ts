import { describe, expect, it } from '@jest/globals';
import { fc } from '../../support/properties.ts';
import { registrationStatuses, type ConsumerRecord } from '../../../src/authz/consumer.ts';
import { consumerSchema, toConsumerDocument } from '../../../src/store/consumer-document.ts';
import { deriveConsumerId } from '../../../src/store/consumer-id.ts';

const id = '1b4e28ba-2fa1-41d2-883f-0016d3cca427';

function placesOf(document: unknown): string[] {
  const read = consumerSchema.safeParse(document);
  return read.success ? [] : read.error.issues.map((issue) => issue.path.join('.'));
}

describe('a declared Consumer', () => {
  it.each<[string, object, object]>([
    ['approved', { status: 'approved' }, { status: 'approved', suspended: false }],
    ['suspended as status', { status: 'suspended' }, { status: 'approved', suspended: true }],
    [
      'suspended beside it',
      { status: 'requested', suspended: true },
      { status: 'requested', suspended: true },
    ],
    ['revoked', { status: 'revoked' }, { status: 'revoked', suspended: false }],
  ])('has the registration it declares: %s', (_, declared, expected) => {
    const registrations = [{ service: 'orders', ...declared }];
    const { record } = consumerSchema.parse({ custom_id: 'a', registrations });
    expect(record.registrations).toEqual(new Map([['orders', expected]]));
  });

  it('takes absent and null parts alike', () => {
    const empty = { tags: null, acls: null, registrations: null, rate_limit: null, id: null };
    const { record } = consumerSchema.parse({ custom_id: 'a', username: null, ...empty });
    expect(record).toEqual(consumerSchema.parse({ custom_id: 'a' }).record);
  });

  it('is named after its application, and after who owns that', () => {
    const application = { name: 'Shop', owner: 'anna@example.com', redirect_uri: 'https://a/' };
    expect(consumerSchema.parse({ custom_id: 'a', application })).toMatchObject({
      record: { customId: 'a', username: 'anna@example.com_Shop' },
      application: { name: 'Shop', owner: 'anna@example.com', redirectUri: 'https://a/' },
    });
    expect(consumerSchema.parse({ custom_id: 'a', application: { name: 'Shop' } })).toMatchObject({
      record: { username: 'application_Shop' },
      application: { owner: null, redirectUri: null },
    });
  });

  it('keeps its own id, and otherwise has one that follows from custom_id, else username', () => {
    expect(consumerSchema.parse({ id: id.toUpperCase(), custom_id: 'a' })).toMatchObject({
      ownId: true,
      record: { id },
    });
    expect(consumerSchema.parse({ custom_id: 'a', username: 'b' })).toMatchObject({
      ownId: false,
      record: { id: deriveConsumerId('a', null) },
    });
    expect(deriveConsumerId(null, 'a')).not.toBe(deriveConsumerId('a', null));
    expect(deriveConsumerId('a', null, 1)).not.toBe(deriveConsumerId('a', null));
  });

  it.each<[string, unknown, string[]]>([
    ['nothing', null, ['']],
    ['a list', [], ['']],
    ['neither custom_id nor username', { tags: ['a'] }, ['']],
    ['an empty custom_id', { custom_id: '' }, ['custom_id']],
    ['a number as custom_id', { custom_id: 7 }, ['custom_id']],
    ['an id that is no UUID', { id: 'x', custom_id: 'a' }, ['id']],
    ['an unknown key', { custom_id: 'a', acl: [] }, ['']],
    ['a space at the end of a name', { username: 'a ' }, ['']],
    ['a control character in a name', { username: 'a\r\nb: c' }, ['']],
    ['a name too long for a header', { username: 'a'.repeat(9000) }, ['']],
    ['groups that are no list', { custom_id: 'a', acls: 'gold' }, ['acls']],
    ['a group without name', { custom_id: 'a', acls: [{}] }, ['acls.0.group']],
    [
      'an unknown status',
      { custom_id: 'a', registrations: [{ service: 's', status: 'Approved' }] },
      ['registrations.0.status'],
    ],
    [
      'a contradiction',
      { custom_id: 'a', registrations: [{ service: 's', status: 'suspended', suspended: false }] },
      ['registrations.0.suspended'],
    ],
    [
      'two registrations for one service',
      {
        custom_id: 'a',
        registrations: [
          { service: 's', status: 'revoked' },
          { service: 's', status: 'approved' },
        ],
      },
      ['registrations.1.service'],
    ],
    [
      'a limit of nothing',
      { custom_id: 'a', rate_limit: { requests_per_unit: 0, unit: 'minute' } },
      ['rate_limit.requests_per_unit'],
    ],
    ['an application without a name', { custom_id: 'a', application: {} }, ['application.name']],
    ['a client of nobody', { application: { name: 'Shop' } }, ['custom_id']],
    [
      'a name beside that of its application',
      { custom_id: 'a', username: 'b', application: { name: 'Shop' } },
      ['username'],
    ],
    [
      'an application of a name too long with its owner',
      { custom_id: 'a', application: { name: 'n'.repeat(200), owner: 'o'.repeat(200) } },
      ['application.name'],
    ],
    [
      'an unknown key of its application',
      { custom_id: 'a', application: { name: 'Shop', id: '1' } },
      ['application'],
    ],
    ['a prototype', JSON.parse('{"custom_id":"a","__proto__":{"acls":[]}}'), ['']],
  ])('is refused with %s', (_, document, places) => {
    expect(placesOf(document)).toEqual(places);
  });

  it('is the same after it was written as a document and read back', () => {
    fc.assert(
      fc.property(records(), (record) => {
        const document: unknown = JSON.parse(JSON.stringify(toConsumerDocument(record)));
        expect(consumerSchema.parse(document)).toEqual({ record, ownId: true, application: null });
      }),
    );
  });
});

function records(): fc.Arbitrary<ConsumerRecord> {
  // Not with a space at an end, which a header would lose.
  const name = fc.stringMatching(/^[a-zA-Z0-9_.:,{}*äß-](?:[a-z ]{0,10}[a-zA-Z0-9_.:,{}*äß-])?$/);
  return fc.record({
    id: fc.uuid(),
    customId: name,
    username: fc.option(name),
    identityProvider: fc.option(name),
    tags: fc.array(name, { maxLength: 3 }),
    groups: fc.array(name, { maxLength: 3 }).map((groups) => new Set(groups)),
    registrations: fc
      .array(
        fc.tuple(
          name,
          fc.record({
            status: fc.constantFrom(...registrationStatuses),
            suspended: fc.boolean(),
          }),
        ),
        { maxLength: 3 },
      )
      .map((entries) => new Map(entries)),
    rateLimit: fc.option(
      fc.record({
        requestsPerUnit: fc.integer({ min: 1, max: 4_294_967_295 }),
        unit: fc.constantFrom('second', 'minute', 'hour', 'day'),
      }),
    ),
  });
}
