import { describe, expect, it } from '@jest/globals';
import { readToldWrite } from '../../../../../src/store/redis/webhooks/read-told-write.ts';

const registration = {
  id: 'r',
  etag: 'x',
  service: 'orders',
  status: 'approved',
  suspended: false,
  note: null,
  version: 2,
  consumer: { id: 'c', username: null, custom_id: 'app' },
  application: null,
  steps: [],
};
const head = { at: 1, actor: 'ann', operation: 'o', entity: 'r' };

function read(entry: unknown) {
  return readToldWrite('1-0', ['entry', JSON.stringify(entry)]);
}

describe('an entry of the audit trail', () => {
  it('tells of a registration', () => {
    const told = read({
      ...head,
      action: 'registration.update',
      before: registration,
      after: null,
    });

    expect(told).toMatchObject({ id: '1-0', at: 1, actor: 'ann' });
    expect(told?.changes).toMatchObject([{ before: { id: 'r', status: 'approved' }, after: null }]);
  });

  it.each(['consumer.delete', 'application.delete'])('%s tells of its registrations', (action) => {
    const before = { id: 'c', registrations: [registration, { service: 'old' }] };

    expect(read({ ...head, action, before, after: null })?.changes).toMatchObject([
      { before: { id: 'r' }, after: null },
    ]);
  });

  it.each([
    ['something else', { ...head, action: 'consumer.create', before: null, after: {} }],
    ['a Consumer without registrations', { ...head, action: 'consumer.delete', before: {} }],
    ['another form', { ...head, action: 'registration.update', before: 1, after: 2 }],
    ['no form', null],
  ])('with %s tells nothing', (_what, entry) => {
    expect(read(entry)).toBeNull();
  });

  it('that is no JSON tells nothing', () => {
    expect(readToldWrite('1-0', ['entry', '{'])).toBeNull();
    expect(readToldWrite('1-0', ['other', '{}'])).toBeNull();
  });
});
