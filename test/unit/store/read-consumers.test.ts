import { describe, expect, it } from '@jest/globals';
import { fc } from '../../support/properties.ts';
import { stringify } from 'yaml';
import { parseDocument } from '../../../src/documents/parse-document.ts';
import { consumerSchema } from '../../../src/store/consumer-document.ts';
import { readConsumers } from '../../../src/store/read-consumers.ts';
import type { ReadEvent } from '../../../src/store/read-piece.ts';

async function read(text: string, chunk = 7, jsonLines = false): Promise<ReadEvent[]> {
  const bytes = Buffer.from(text);
  async function* source() {
    for (let from = 0; from < bytes.length; from += chunk) yield bytes.subarray(from, from + chunk);
  }
  const events: ReadEvent[] = [];
  for await (const batch of readConsumers(source(), 'f', { jsonLines })) events.push(...batch);
  return events;
}

/** `line custom_id`, `line! path: message` or `line ignored section`. */
function describeEvent(event: ReadEvent): string {
  switch (event.kind) {
    case 'consumer':
      return `${String(event.line)} ${event.entry.record.customId ?? event.entry.record.username ?? ''}`;
    case 'problem':
      return `${String(event.problem.line)}! ${event.problem.path}`;
    case 'ignored':
      return `${String(event.line)} ignored ${event.section}`;
  }
}

async function outline(text: string): Promise<string[]> {
  return (await read(text)).map(describeEvent);
}

describe('a Consumers file', () => {
  it.each<[string, string, string[]]>([
    ['nothing', '', []],
    ['comments', '# a\n\n  # b\n', []],
    ['a block sequence', 'consumers:\n  - custom_id: a\n  - custom_id: b\n', ['2 a', '3 b']],
    [
      'a sequence without indentation',
      'consumers:\n- custom_id: a\n- custom_id: b',
      ['2 a', '3 b'],
    ],
    ['a dash on a line of its own', 'consumers:\n  -\n    custom_id: a\n', ['3 a']],
    ['comments in between', 'consumers: # x\n\n# y\n  # z\n- custom_id: a # c\n# d\n', ['5 a']],
    ['carriage returns', 'consumers:\r\n- custom_id: a\r\n- custom_id: b\r\n', ['2 a', '3 b']],
    [
      'a block scalar with its blank lines',
      'consumers:\n- custom_id: |+\n    a\n\n',
      ['2! consumers[0]'],
    ],
    ['a byte order mark', '\ufeffconsumers:\n- custom_id: a\n', ['2 a']],
    ['flow style', 'consumers: [{ custom_id: a },\n  { custom_id: b }]\n', ['1 a', '2 b']],
    ['flow style on the next line', 'consumers:\n  [{ custom_id: a }]\n', ['2 a']],
    ['no Consumers', 'consumers: []\n', []],
    ['an empty list', 'consumers:\n', []],
    ['JSON', '{\n  "consumers": [\n    { "custom_id": "a" }\n  ]\n}\n', ['3 a']],
    ['JSON in one line', '{"consumers":[{"custom_id":"a"}]}', ['1 a']],
    ['quoted keys', '"consumers":\n- custom_id: a\n', ['2 a']],
    ['JSON lines', '{"custom_id":"a"}\n\n{"custom_id":"b"}', ['1 a', '3 b']],
    ['one Consumer', 'custom_id: a\nacls:\n- group: x\n', ['1 a']],
    [
      'several documents',
      '--- # first\ncustom_id: a\n---\n{ custom_id: b }\n...\n--- { custom_id: c }\n---\nconsumers:\n- username: d\n',
      ['2 a', '4 b', '6 c', '9 d'],
    ],
    [
      'a file of Kong tools',
      '_format_version: "3.0"\n_info:\n  select_tags: [a]\nservices:\n- name: s\n  routes:\n  - name: r\nconsumers:\n- username: a\nplugins: []\n',
      ['4 ignored services', '9 a', '10 ignored plugins'],
    ],
    [
      'a bad Consumer among good ones',
      'consumers:\n- custom_id: a\n- custom_id: 1\n- custom_id: b\n',
      ['2 a', '3! consumers[1].custom_id', '4 b'],
    ],
    [
      'broken YAML in one Consumer',
      'consumers:\n- custom_id: "a\n- custom_id: b\n',
      ['2! ', '3 b'],
    ],
    ['a misspelt list', 'consumer:\n- custom_id: a\n', ['1! consumer', '1! ']],
    ['a list under no name', '- custom_id: a\n', ['1! ']],
    [
      'the list twice',
      'consumers:\n- custom_id: a\nconsumers:\n- custom_id: b\n',
      ['2 a', '3! ', '4 b'],
    ],
    ['no list at all', '_format_version: "3.0"\nservices: []\n', ['2 ignored services', '2! ']],
    ['a mapping for a list', 'consumers:\n  custom_id: a\n', ['2! consumers']],
    ['a line indented too little', 'consumers:\n  - custom_id: a\n username: b\n', ['2 a', '3! ']],
    [
      'broken JSON in one line',
      '{"custom_id":"a"}\n{"custom_id":\n{"custom_id":"b"}',
      ['1 a', '2! ', '3 b'],
    ],
    [
      'a key twice in a JSON line',
      '{"custom_id":"a"}\n{"custom_id":"b","custom_id":"c"}\n{"custom_id":"d"}',
      ['1 a', '2! custom_id', '3 d'],
    ],
    [
      'a key twice inside a JSON line, once escaped',
      '{"custom_id":"a","acls":[{"group":"x","gr\\u006fup":"y"}]}\n{"custom_id":"b"}',
      ['1! acls[0].group', '2 b'],
    ],
    [
      'an alias from another Consumer',
      'consumers:\n- username: &x a\n- username: *x\n',
      ['2 a', '3! consumers[1].username'],
    ],
  ])('is read as it stands: %s', async (_, text, expected) => {
    expect(await outline(text)).toEqual(expected);
  });

  it('with bytes that are not UTF-8 is a problem, in YAML and in JSON lines', async () => {
    for (const text of ['consumers:\n- custom_id: a\xff\n', '{"custom_id":"a\xff"}\n']) {
      const bytes = Buffer.from(text, 'latin1');
      async function* source() {
        yield bytes;
      }
      const events: ReadEvent[] = [];
      for await (const batch of readConsumers(source(), 'f')) events.push(...batch);
      expect(events).toMatchObject([
        { kind: 'problem', problem: { message: expect.stringContaining('UTF-8') } },
      ]);
    }
  });

  it('without line feeds is given up', async () => {
    async function* source() {
      for (let count = 0; count < 40; count += 1) yield Buffer.alloc(1024 * 1024, 0x20);
    }
    const events: ReadEvent[] = [];
    for await (const batch of readConsumers(source(), 'f')) events.push(...batch);
    expect(events.map(describeEvent)).toEqual(['1! ']);
  });
});

describe('cutting a file into pieces', () => {
  const text = fc.oneof(
    fc.stringMatching(/^[a-z ]{1,8}$/),
    fc.constantFrom(
      '- x',
      '# no comment',
      '---',
      'a: b',
      'consumers:',
      '"',
      "'",
      ' ',
      '[',
      '{',
      '|',
      '...',
    ),
    fc
      .array(fc.constantFrom('word', 'consumers:', '- custom_id: x', '', '# y', '...', '---'), {
        maxLength: 6,
      })
      .map((lines) => `a\n${lines.join('\n')}`),
  );
  const consumer = fc.record(
    {
      custom_id: fc.uuid(),
      tags: fc.array(text, { minLength: 1, maxLength: 3 }),
      acls: fc.array(fc.record({ group: text }), { minLength: 1, maxLength: 2 }),
    },
    { requiredKeys: ['custom_id'] },
  );
  const style = fc.record({
    indent: fc.integer({ min: 1, max: 5 }),
    indentSeq: fc.boolean(),
    lineWidth: fc.constantFrom(0, 20, 80),
    defaultStringType: fc.constantFrom(
      'PLAIN',
      'QUOTE_DOUBLE',
      'QUOTE_SINGLE',
      'BLOCK_LITERAL',
      'BLOCK_FOLDED',
    ),
    blockQuote: fc.constantFrom<(true | 'literal' | 'folded')[]>(true, 'literal', 'folded'),
    collectionStyle: fc.constantFrom('any', 'block', 'flow'),
  });

  it('gives what the whole document gives', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(consumer, { minLength: 1, maxLength: 8 }),
        style,
        fc.integer({ min: 1, max: 99 }),
        async (consumers, options, chunk) => {
          const yaml = stringify(
            { _format_version: '3.0', consumers },
            { ...options, aliasDuplicateObjects: false },
          );
          const whole = parseDocument(yaml, 'f');
          fc.pre(whole.ok);
          const { consumers: values } = whole.value.value as {
            consumers: unknown[];
          };
          const events = await read(yaml, chunk);
          const expected = values.map((value) => consumerSchema.safeParse(value));
          expect(
            events
              .filter(({ kind }) => kind === 'consumer')
              .map((event) => (event.kind === 'consumer' ? event.entry : null)),
          ).toEqual(expected.flatMap(({ data }) => (data === undefined ? [] : [data])));
          expect(events.some(({ kind }) => kind === 'problem')).toBe(
            expected.some(({ success }) => !success),
          );
        },
      ),
      { numRuns: 300 },
    );
  });
});
