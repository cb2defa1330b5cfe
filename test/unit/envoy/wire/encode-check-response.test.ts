import { describe, expect, it } from '@jest/globals';
import { encodeCheckResponse } from '../../../../src/envoy/wire/encode-check-response.ts';
import type { CheckResponseMessage } from '../../../../src/envoy/messages.ts';
import { fc } from '../../../support/properties.ts';
import { oracle, readResponse, withoutUndefined } from './messages.ts';

const text = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom('', 'x'.repeat(24), 'x'.repeat(25), 'é'.repeat(64), 'y'.repeat(20_000)),
);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

const option = fc.record({
  header: fc.record({ key: text, value: text }),
  append: maybe(fc.constant({ value: true } as const)),
  append_action: fc.constantFrom('OVERWRITE_IF_EXISTS_OR_ADD', 'APPEND_IF_EXISTS_OR_ADD'),
  keep_empty_value: maybe(fc.boolean()),
});

const denied = fc.record({
  status: fc.record({ code: fc.constantFrom(0, 302, 401, 503) }),
  headers: fc.array(option, { maxLength: 4 }),
  body: text,
});

const ok = fc.record({
  headers: fc.array(option, { maxLength: 4 }),
  headers_to_remove: fc.array(text, { maxLength: 12 }),
  response_headers_to_add: maybe(fc.array(option, { maxLength: 2 })),
  query_parameters_to_remove: maybe(fc.array(text, { maxLength: 2 })),
});

const { value } = fc.letrec<{ value: object }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.record({ stringValue: text }),
    fc.record({ numberValue: fc.double({ noNaN: true }) }),
    fc.record({ listValue: fc.record({ values: fc.array(tie('value'), { maxLength: 4 }) }) }),
    fc.record({
      structValue: fc.record({ fields: fc.dictionary(fc.string(), tie('value'), { maxKeys: 4 }) }),
    }),
  ),
}));

const messages = fc
  .record({
    status: fc.record({ code: fc.constantFrom(0, 7, 16) }),
    outcome: fc.oneof(
      fc.record({ denied_response: denied }),
      fc.record({ ok_response: ok }),
      fc.record({ error_response: denied }),
      fc.constant({}),
    ),
    dynamic_metadata: maybe(
      fc.record({ fields: fc.dictionary(fc.string(), value, { maxKeys: 4 }) }),
    ),
  })
  .map(({ outcome, ...rest }) => withoutUndefined({ ...rest, ...outcome }) as CheckResponseMessage);

describe('a CheckResponse', () => {
  it('is read by the library as what the library itself would have written', () => {
    fc.assert(
      fc.property(messages, (message) => {
        const ours = encodeCheckResponse(message);

        expect(readResponse(ours)).toEqual(readResponse(oracle.responseSerialize(message)));
      }),
      { numRuns: 1000 },
    );
  });

  it('always says its status, which Envoy would take for OK if it were not there', () => {
    expect([...encodeCheckResponse({ status: { code: 0 } })]).toEqual([0x0a, 0x00]);
  });

  it('holds nothing of a message that could not be written before', () => {
    const broken = {
      status: { code: 16 },
      denied_response: {
        get status(): never {
          throw new Error('broken');
        },
        headers: [],
        body: 'left behind',
      },
    };

    expect(() => encodeCheckResponse(broken)).toThrow('broken');
    expect([...encodeCheckResponse({ status: { code: 7 } })]).toEqual([0x0a, 0x02, 0x08, 0x07]);
  });

  it('may be larger than what was kept ready for it', () => {
    const body = 'é'.repeat(200_000);
    const message = {
      status: { code: 7 },
      denied_response: { status: { code: 403 }, headers: [], body },
    };

    expect(readResponse(encodeCheckResponse(message))).toMatchObject({ denied_response: { body } });
  });
});
