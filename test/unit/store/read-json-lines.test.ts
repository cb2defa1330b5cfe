import { describe, expect, it } from '@jest/globals';
import { fc } from '../../support/properties.ts';
import { consumerSchema } from '../../../src/store/consumer-document.ts';
import { readConsumers } from '../../../src/store/read-consumers.ts';
import type { ReadEvent } from '../../../src/store/read-piece.ts';

async function read(text: string): Promise<ReadEvent[]> {
  async function* source() {
    yield Buffer.from(text);
  }
  const events: ReadEvent[] = [];
  for await (const batch of readConsumers(source(), 'f', { jsonLines: true }))
    events.push(...batch);
  return events;
}

const spelling = fc.record({ space: fc.constantFrom('', ' ', '\t'), escape: fc.boolean() });

interface Members {
  readonly space: string;
  readonly escape: boolean;
  /** Number of the member that is written twice. */
  readonly repeated: number;
  written: number;
}

/** JSON in one line; one member may be there twice, and its second key in escapes. */
function writeJson(value: unknown, members: Members): string {
  const { space, escape } = members;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) {
    return `[${value.map((item) => writeJson(item, members)).join(`${space},`)}]`;
  }
  const parts = Object.entries(value).flatMap(([key, part]) => {
    const number = members.written;
    members.written += 1;
    const tail = `${space}:${space}${writeJson(part, members)}`;
    const again = escape ? `"${key.replace(/[a-z]/, unicodeEscape)}"` : JSON.stringify(key);
    const first = JSON.stringify(key) + tail;
    return number === members.repeated ? [first, again + tail] : [first];
  });
  return `{${space}${parts.join(`,${space}`)}}`;
}

function unicodeEscape(letter: string): string {
  return `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

describe('a Consumer in a line of JSON', () => {
  const text = fc.oneof(
    fc.string({ minLength: 1, unit: 'grapheme-ascii' }),
    fc.constantFrom('"', '\\', '\\"', '":', '{"group":"x"}', ':', ',', 'é'),
  );
  const consumer = fc.record(
    {
      custom_id: fc.uuid(),
      tags: fc.array(text, { maxLength: 3 }),
      acls: fc.array(fc.record({ group: text }), { maxLength: 3 }),
      registrations: fc
        .constantFrom('approved', 'suspended')
        .map((status) => [{ service: 'a:b', status }]),
      rate_limit: fc.constantFrom(null, { requests_per_unit: 1, unit: 'day' }),
    },
    { requiredKeys: ['custom_id'] },
  );

  it('is read if no key is there twice, and refused if one is, wherever it is', async () => {
    await fc.assert(
      fc.asyncProperty(consumer, fc.nat(), spelling, async (value, chosen, { space, escape }) => {
        const members: Members = { space, escape, repeated: -1, written: 0 };
        const once = writeJson(value, members);
        expect(JSON.parse(once)).toEqual(value);
        const repeated = chosen % members.written;
        const twice = writeJson(value, { space, escape, repeated, written: 0 });
        const events = await read(`${once}\n${twice}\n`);
        expect(events).toMatchObject([
          { kind: 'consumer', entry: consumerSchema.parse(value) },
          { kind: 'problem', problem: { line: 2, message: 'duplicate key' } },
        ]);
      }),
      { numRuns: 500 },
    );
  });
});
