import { describe, expect, it } from '@jest/globals';
import { readCheckRequest } from '../../../../src/envoy/read-check-request.ts';
import { decodeCheckRequest } from '../../../../src/envoy/wire/decode-check-request.ts';
import { MalformedMessage } from '../../../../src/envoy/wire/wire-reader.ts';
import { createCheckRequest } from '../../../support/check-client.ts';
import { fc } from '../../../support/properties.ts';
import { checkRequests, describeRequest, oracle } from './messages.ts';

/** Mutated messages in one run; `FUZZ_RUNS=1000000` for a long one. */
const fuzzRuns = Number(process.env['FUZZ_RUNS'] ?? 30_000);

function byLibrary(bytes: Buffer): object | null {
  try {
    return describeRequest(readCheckRequest(oracle.requestDeserialize(bytes)));
  } catch {
    return null;
  }
}

function byHand(bytes: Buffer): object | null {
  try {
    return describeRequest(decodeCheckRequest(bytes));
  } catch (error) {
    if (error instanceof MalformedMessage) return null;
    throw error;
  }
}

const whole = oracle.requestSerialize(
  createCheckRequest({
    headers: { authorization: 'Bearer t', 'x-a': ['1', '2'] },
    contextExtensions: { service: 'orders' },
  }),
);

/** Field number and wire type, then the payload. */
function field(number: number, type: number, ...payload: readonly number[]): Buffer {
  return Buffer.from([(number << 3) | type, ...payload]);
}

function nest(number: number, ...parts: readonly Buffer[]): Buffer {
  const payload = Buffer.concat(parts);
  return Buffer.concat([field(number, 2, payload.length), payload]);
}

function text(number: number, value: string): Buffer {
  return nest(number, Buffer.from(value));
}

/** Of `attributes.request.http`. */
function http(...parts: readonly Buffer[]): Buffer {
  return nest(1, nest(4, nest(2, ...parts)));
}

describe('a CheckRequest', () => {
  it('reads as it does by the library, whatever is in it', () => {
    fc.assert(
      fc.property(checkRequests, (bytes) => {
        expect(byHand(bytes)).toEqual(byLibrary(bytes));
      }),
      { numRuns: 1000 },
    );
  });

  it('of no bytes is empty', () => {
    expect(byHand(Buffer.alloc(0))).toEqual(byLibrary(Buffer.alloc(0)));
  });

  it('steps over fields that do not exist yet, of every wire type', () => {
    const unknown = [
      field(20, 0, 0xff, 0x01),
      field(21 - 8, 2, 3, 1, 2, 3),
      field(14, 1, 1, 2, 3, 4, 5, 6, 7, 8),
      field(15, 5, 1, 2, 3, 4),
    ];
    const bytes = Buffer.concat([...unknown.slice(1), http(text(2, 'GET'))]);

    expect(byHand(bytes)).toMatchObject({ method: 'GET' });
  });

  it('keeps every value of a name, whichever way it came', () => {
    const header = (name: string, value: string) => nest(3, text(1, name), text(2, value));
    const raw = nest(13, nest(1, text(1, 'AUTHORIZATION'), text(3, 'c')));

    const request = decodeCheckRequest(
      http(header('authorization', 'a'), header('Authorization', 'b'), raw),
    );

    expect(request.headers.values('authorization')).toEqual(['a', 'b', 'c']);
    expect(request.headers.values('cookie')).toEqual([]);
  });
});

describe('bytes that are no CheckRequest', () => {
  const path = text(4, '/');

  it.each<[string, Buffer]>([
    ['a length beyond the end', field(1, 2, 5, 1)],
    ['a length beyond the message around it', nest(1, field(4, 2, 9), Buffer.alloc(20))],
    ['a length of more than 32 bits', field(1, 2, 0xff, 0xff, 0xff, 0xff, 0x7f)],
    ['a varint without an end', Buffer.alloc(30, 0xff)],
    ['a skipped varint of more than ten bytes', field(7, 0, ...Buffer.alloc(10, 0xff), 1)],
    ['a tag without a payload', field(7, 5, 1)],
    ['field number 0', field(0, 2, 0)],
    ['the start of a group', field(7, 3)],
    ['the end of a group', field(7, 4)],
    ['a wire type that does not exist', field(7, 6)],
    ['a known field in another wire type', http(field(4, 0, 1))],
    ['a map entry whose value is no text', http(nest(3, field(2, 0, 1)))],
    ['two lists of attributes', Buffer.concat([http(path), http(path)])],
    ['two HTTP requests', nest(1, nest(4, nest(2, path), nest(2, path)))],
    ['two header maps', http(nest(13), nest(13))],
    ['two sources', nest(1, nest(1), nest(1))],
  ])('are refused: %s', (_, bytes) => {
    expect(() => decodeCheckRequest(bytes)).toThrow(MalformedMessage);
  });

  it('are refused wherever a message is cut', () => {
    for (let length = 1; length < whole.length; length += 1) {
      expect(byHand(whole.subarray(0, length))).toEqual(byLibrary(whole.subarray(0, length)));
    }
  });
});

it(`mutated messages read as by the library, or not at all (${String(fuzzRuns)})`, () => {
  const random = createRandom(7);
  const seeds = fc.sample(checkRequests, { numRuns: 300, seed: 11 }).concat(whole);
  let read = 0;
  for (let run = 0; run < fuzzRuns; run += 1) {
    const bytes = mutate(seeds[Math.floor(random() * seeds.length)]!, random);
    const ours = byHand(bytes);
    if (ours === null) continue;
    read += 1;
    const theirs = byLibrary(bytes);
    // The library also looks into what is stepped over here, and gives up on it; a name that is in
    // a map twice has one value there and both here.
    if (theirs !== null && !hasTwins(bytes)) expect(ours).toEqual(theirs);
  }
  expect(read).toBeGreaterThan(fuzzRuns / 10);
});

function hasTwins(bytes: Buffer): boolean {
  const names = [...decodeCheckRequest(bytes).headers.names()];
  return new Set(names).size !== names.length;
}

function mutate(seed: Buffer, random: () => number): Buffer {
  const bytes = Buffer.from(seed);
  const at = () => Math.floor(random() * (bytes.length + 1));
  for (let turn = Math.floor(random() * 4); turn >= 0; turn -= 1) {
    const place = at();
    if (random() < 0.5 && place < bytes.length) bytes[place] = Math.floor(random() * 256);
    else if (place < bytes.length) bytes[place] = (bytes[place] ?? 0) ^ (1 << (turn * 2));
  }
  const kind = random();
  if (kind < 0.1) return bytes.subarray(0, at());
  if (kind < 0.2) return Buffer.concat([bytes.subarray(0, at()), bytes.subarray(at())]);
  return bytes;
}

/** Mulberry32: the same mutations in every run. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
