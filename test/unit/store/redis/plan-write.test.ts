import { describe, expect, it } from '@jest/globals';
import { fc } from '../../../support/properties.ts';
import { consumerSchema } from '../../../../src/store/consumer-document.ts';
import { deriveConsumerId } from '../../../../src/store/consumer-id.ts';
import { createRedisKeys } from '../../../../src/store/redis/keys.ts';
import { keysOf, planDelete } from '../../../../src/store/redis/plan-change.ts';
import {
  planWrite,
  type KnownValues,
  type PlannedWrite,
} from '../../../../src/store/redis/plan-write.ts';
import { decodeStoredValue } from '../../../../src/store/redis/record-codec.ts';

const keys = createRedisKeys('p');
const stamp = { now: 1, actor: 'test', newId: () => id2 };
const [id1, id2] = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'];

/** What a server would hold, written to by plans as the script does it. */
class Server {
  readonly values = new Map<string, string>();
  readonly sets = new Map([[keys.members, new Set<string>()]]);

  get members(): Set<string> {
    return this.sets.get(keys.members)!;
  }

  write(fields: object): string {
    const entry = consumerSchema.parse(fields);
    return this.#apply((known) => planWrite(entry, known, keys, stamp));
  }

  remove(ref: string): string {
    return this.#apply((known) => planDelete(ref, known, keys));
  }

  find(by: 'custom_id' | 'username' | 'id', value: string): string | null {
    const first = this.values.get(keys.consumer(by, value));
    if (first === undefined) return null;
    const stored = decodeStoredValue(first);
    const text = stored.kind === 'pointer' ? this.values.get(keys.record(stored.ref)) : first;
    const record = decodeStoredValue(text ?? '');
    return record.kind === 'record' ? record.record.id : 'broken';
  }

  #apply(plan: (known: KnownValues) => PlannedWrite): string {
    const known = new Map<string, string | null>();
    for (;;) {
      const planned = plan(known);
      if (planned.kind === 'refused') return `refused ${planned.attribute}`;
      if (planned.kind === 'read') {
        for (const key of planned.keys) known.set(key, this.values.get(key) ?? null);
        continue;
      }
      for (const [key, value] of planned.changes) {
        expect(known.has(key)).toBe(true);
        if (value === null) this.values.delete(key);
        else this.values.set(key, value);
      }
      for (const { key, member, change } of planned.members) {
        const set = this.sets.get(key) ?? new Set();
        this.sets.set(key, set);
        if (change === 'add') expect(set.has(member)).toBe(false);
        if (change === 'remove') set.delete(member);
        else set.add(member);
      }
      return planned.outcome;
    }
  }
}

describe('writing a Consumer', () => {
  it.each<[string, object[], string[]]>([
    ['anew', [{ custom_id: 'a' }], ['created']],
    ['as it is', [{ custom_id: 'a' }, { custom_id: 'a' }], ['created', 'unchanged']],
    [
      'with a new field',
      [{ custom_id: 'a' }, { custom_id: 'a', tags: ['x'] }],
      ['created', 'updated'],
    ],
    [
      'with a new username',
      [
        { custom_id: 'a', username: 'x' },
        { custom_id: 'a', username: 'y' },
      ],
      ['created', 'updated'],
    ],
    [
      'with a new custom_id',
      [
        { custom_id: 'a', username: 'x' },
        { custom_id: 'b', username: 'x' },
      ],
      ['created', 'updated'],
    ],
    [
      'with a custom_id at last',
      [{ username: 'x' }, { custom_id: 'b', username: 'x' }],
      ['created', 'updated'],
    ],
    [
      'without its custom_id',
      [{ custom_id: 'b', username: 'x' }, { username: 'x' }],
      ['created', 'updated'],
    ],
    [
      'found by its own id',
      [
        { id: id1, custom_id: 'a' },
        { id: id1, custom_id: 'b' },
      ],
      ['created', 'updated'],
    ],
    [
      'that keeps an id it was given',
      [{ id: id1, custom_id: 'a' }, { custom_id: 'a' }],
      ['created', 'unchanged'],
    ],
    [
      'with another id',
      [
        { id: id1, custom_id: 'a' },
        { id: id2, custom_id: 'a' },
      ],
      ['created', 'refused custom_id'],
    ],
    [
      'with the username of another',
      [{ custom_id: 'a', username: 'x' }, { custom_id: 'b' }, { custom_id: 'b', username: 'x' }],
      ['created', 'created', 'refused username'],
    ],
    [
      'with names of two others',
      [
        { custom_id: 'a', username: 'x' },
        { custom_id: 'b', username: 'y' },
        { custom_id: 'a', username: 'y' },
      ],
      ['created', 'created', 'refused username'],
    ],
    [
      'whose derived id is taken',
      [{ custom_id: 'a', username: 'x' }, { custom_id: 'b', username: 'x' }, { custom_id: 'a' }],
      ['created', 'updated', 'created'],
    ],
  ])('%s', (_, documents, outcomes) => {
    const server = new Server();
    expect(documents.map((document) => server.write(document))).toEqual(outcomes);
  });

  it('gives the second Consumer of a reused custom_id an id of its own', () => {
    const server = new Server();
    server.write({ custom_id: 'a', username: 'x' });
    server.write({ custom_id: 'b', username: 'x' });
    server.write({ custom_id: 'a' });
    expect(server.find('custom_id', 'b')).toBe(deriveConsumerId('a', null));
    expect(server.find('custom_id', 'a')).toBe(deriveConsumerId('a', null, 1));
  });

  it('writes over what cannot be read, and over pointers that lead nowhere', () => {
    const server = new Server();
    server.values.set(keys.consumer('custom_id', 'a'), 'garbage');
    server.values.set(keys.consumer('username', 'x'), '"custom_id:gone"');
    expect(server.write({ custom_id: 'a', username: 'x' })).toBe('created');
    expect(server.find('username', 'x')).toBe(deriveConsumerId('a', null));
  });

  it('leaves one record, its indexes and nothing else, whatever was written before', () => {
    const name = fc.constantFrom('a', 'b', 'c');
    const document = fc
      .record({
        id: fc.option(fc.constantFrom(id1, id2)),
        custom_id: fc.option(name),
        username: fc.option(name),
        tags: fc.array(name, { maxLength: 1 }),
      })
      .filter(({ custom_id, username }) => custom_id !== null || username !== null);
    fc.assert(
      fc.property(fc.array(fc.oneof(document, fc.tuple(name))), (steps) => {
        const server = new Server();
        for (const step of steps) {
          if (Array.isArray(step)) server.remove(`custom_id:${step[0]}`);
          else server.write(step);
        }
        const records = [...server.values.values()]
          .map(decodeStoredValue)
          .flatMap((stored) => (stored.kind === 'record' ? [stored.record] : []));
        expect(server.members.size).toBe(records.length);
        const listed = server.sets.get(keys.list('consumer')) ?? new Set();
        expect([...listed].sort()).toEqual(records.map(({ id }) => id).sort());
        expect([...server.values.keys()].sort()).toEqual(
          records
            .flatMap((record) => keysOf({ record, ownId: true, application: null }, keys, stamp))
            .sort(),
        );
        for (const record of records) {
          expect(server.find('id', record.id)).toBe(record.id);
          if (record.username !== null) {
            expect(server.find('username', record.username)).toBe(record.id);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('removing a Consumer', () => {
  it('takes its indexes along', () => {
    const server = new Server();
    server.write({ custom_id: 'a', username: 'x' });
    expect(server.remove('custom_id:a')).toBe('deleted');
    expect([server.values.size, server.members.size]).toEqual([0, 0]);
  });

  it.each([['garbage'], [null]])('removes what is left of it: %j', (text) => {
    const server = new Server();
    server.members.add('custom_id:a');
    if (text !== null) server.values.set(keys.consumer('custom_id', 'a'), text);
    expect(server.remove('custom_id:a')).toBe('deleted');
    expect([server.values.size, server.members.size]).toEqual([0, 0]);
  });
});
