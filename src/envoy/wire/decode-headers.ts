import { HeaderNames } from './header-names.ts';
import type { WireHeaders } from './wire-headers.ts';
import { knowFields, sized, type WireReader } from './wire-reader.ts';

const headerMap = { headers: sized(1) };
const headerMapFields = knowFields([1]);

/** Of a `HeaderMap`, as Envoy sends it with `encode_raw_headers`. */
export function readHeaderMap(reader: WireReader, headers: WireHeaders): void {
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === headerMap.headers) readHeader(reader, headers, true);
    else reader.skip(tag, headerMapFields);
  }
}

export const header = { key: sized(1), value: sized(2), rawValue: sized(3) };
const headerFields = knowFields([1, 2, 3]);
export const entryFields = knowFields([1, 2]);
const headerNames = new HeaderNames();

/** An entry of `headers`, or with `raw` a `HeaderValue`, whose `raw_value` goes before `value`. */
export function readHeader(reader: WireReader, headers: WireHeaders, raw: boolean): void {
  const outer = reader.enter();
  let name = '';
  let start = 0;
  let end = 0;
  let isRaw = false;
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === header.key) {
      const from = reader.take();
      name = headerNames.read(reader.bytes, from, reader.at);
    } else if (tag === header.value || (raw && tag === header.rawValue)) {
      const from = reader.take();
      const better = tag === header.rawValue ? reader.at > from : !isRaw;
      if (better) [start, end, isRaw] = [from, reader.at, tag === header.rawValue];
    } else reader.skip(tag, raw ? headerFields : entryFields);
  }
  reader.leave(outer);
  if (name !== '') headers.add(name, start, end);
}
