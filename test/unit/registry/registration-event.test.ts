import { describe, expect, it } from '@jest/globals';
import {
  eventsOf,
  type RegistrationView,
  type ToldChange,
} from '../../../src/registry/registration-event.ts';

const view: RegistrationView = {
  id: 'r',
  service: 'orders',
  status: 'requested',
  suspended: false,
  note: null,
  version: 1,
  consumer: { id: 'c', username: 'anna', customId: null },
  application: null,
};

function typesOf(...changes: ToldChange[]): string[] {
  return eventsOf({ id: '5-0', at: 1, actor: 'ann', changes }).map(({ type }) => type);
}

function seen(more: Partial<RegistrationView>): RegistrationView {
  return { ...view, ...more };
}

describe('the events of a write', () => {
  it.each<[string, RegistrationView | null, RegistrationView | null, string[]]>([
    ['is asked for', null, view, ['requested']],
    ['is approved by itself', null, seen({ status: 'approved' }), ['approved']],
    ['is approved', view, seen({ status: 'approved' }), ['approved']],
    ['is rejected', view, seen({ status: 'rejected' }), ['rejected']],
    ['is revoked', seen({ status: 'approved' }), seen({ status: 'revoked' }), ['revoked']],
    ['is asked for anew', seen({ status: 'rejected' }), view, ['requested']],
    [
      'is suspended',
      seen({ status: 'approved' }),
      seen({ status: 'approved', suspended: true }),
      ['suspended'],
    ],
    [
      'is approved and resumed at once',
      seen({ status: 'revoked', suspended: true }),
      seen({ status: 'approved' }),
      ['approved', 'resumed'],
    ],
    ['gets another note', view, seen({ note: 'hm', version: 2 }), []],
    ['is deleted', view, null, ['deleted']],
  ])('when a registration %s', (_when, before, after, types) => {
    expect(typesOf({ before, after })).toEqual(types.map((type) => `registration.${type}`));
  });

  it('have each an id of its own, the same every time, without a dot', () => {
    const gone = [view, seen({ id: 's' })].map((before) => ({ before, after: null }));
    const events = eventsOf({ id: '5-0', at: 1, actor: 'ann', changes: gone });

    expect(events.map(({ id, registration }) => [id, registration.id])).toEqual([
      ['5-0-0', 'r'],
      ['5-0-1', 's'],
    ]);
  });

  it('tell what it was before', () => {
    const change = { before: view, after: seen({ status: 'approved' }) };
    const [event] = eventsOf({ id: '5-0', at: 1, actor: 'ann', changes: [change] });

    expect(event).toMatchObject({ previousStatus: 'requested', registration: change.after });
  });
});
