/**
 * The few pieces of HTTP/2 (RFC 9113) and HPACK (RFC 7541) that a client of one fixed method needs.
 * A client of Node's own costs about half of what the server under test does; this one a tenth.
 */
export const frameTypes = {
  data: 0,
  headers: 1,
  resetStream: 3,
  settings: 4,
  ping: 6,
  goAway: 7,
  windowUpdate: 8,
} as const;

export const flags = { endStream: 1, ack: 1, endHeaders: 4 } as const;

const frameHeaderBytes = 9;
/** What a peer may send before its first WINDOW_UPDATE (RFC 9113 section 6.9.2). */
export const initialWindow = 65_535;
const largestWindow = 2 ** 31 - 1;

export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

export function writeFrame(type: number, flag: number, stream: number, payload: Buffer): Buffer {
  const frame = Buffer.alloc(frameHeaderBytes + payload.length);
  frame.writeUIntBE(payload.length, 0, 3);
  frame[3] = type;
  frame[4] = flag;
  frame.writeUInt32BE(stream, 5);
  payload.copy(frame, frameHeaderBytes);
  return frame;
}

/**
 * What a connection begins with: no compression table for answers, so that equal answers are equal
 * bytes, no push, and windows that never hold the server back.
 */
export function writePreface(): Buffer {
  const settings = [
    [1, 0],
    [2, 0],
    [4, largestWindow],
  ] as const;
  const payload = Buffer.alloc(settings.length * 6);
  settings.forEach(([id, value], index) => {
    payload.writeUInt16BE(id, index * 6);
    payload.writeUInt32BE(value, index * 6 + 2);
  });
  return Buffer.concat([
    Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    writeFrame(frameTypes.settings, 0, 0, payload),
    writeWindowUpdate(largestWindow - initialWindow),
  ]);
}

export function writeWindowUpdate(bytes: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(bytes);
  return writeFrame(frameTypes.windowUpdate, 0, 0, payload);
}

/** A whole gRPC request, HEADERS and DATA; only the two stream ids differ between calls. */
export interface RequestTemplate {
  readonly bytes: Buffer;
  /** Where the stream id stands, twice. */
  readonly streamAt: readonly [number, number];
  /** Where the message begins. */
  readonly messageAt: number;
  /** What counts against the window of the connection. */
  readonly dataBytes: number;
}

export function writeRequest(method: string, message: Buffer): RequestTemplate {
  const block = writeHeaderBlock([
    [':method', 'POST'],
    [':scheme', 'http'],
    [':path', method],
    [':authority', 'postern'],
    ['te', 'trailers'],
    ['content-type', 'application/grpc'],
    ['grpc-timeout', '5S'],
  ]);
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  const headers = writeFrame(frameTypes.headers, flags.endHeaders, 0, block);
  const data = writeFrame(frameTypes.data, flags.endStream, 0, Buffer.concat([prefix, message]));
  return {
    bytes: Buffer.concat([headers, data]),
    streamAt: [5, headers.length + 5],
    messageAt: headers.length + frameHeaderBytes + prefix.length,
    dataBytes: data.length - frameHeaderBytes,
  };
}

/** Literals without indexing (RFC 7541 section 6.2.2), so that the block is the same for each call. */
function writeHeaderBlock(headers: readonly (readonly [string, string])[]): Buffer {
  return Buffer.concat(
    headers.flatMap(([name, value]) => [
      Buffer.from([0]),
      ...[name, value].map((text) =>
        Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]),
      ),
    ]),
  );
}

/**
 * `grpc-status: 0` as it stands in trailers: the name in Huffman code (RFC 7541 appendix B), and `0`,
 * which no code makes shorter.
 */
const statusOk = Buffer.from([0x88, 0x9a, 0xca, 0xc8, 0xb2, 0x12, 0x34, 0xda, 0x8f, 0x01, 0x30]);

export function saysStatusOk(block: Buffer): boolean {
  return block.includes(statusOk);
}

/** Cuts the stream of bytes into frames. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  read(chunk: Buffer, onFrame: (frame: Frame) => void): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    while (bytes.length - at >= frameHeaderBytes) {
      const end = at + frameHeaderBytes + bytes.readUIntBE(at, 3);
      if (end > bytes.length) break;
      onFrame({
        type: bytes.readUInt8(at + 3),
        flags: bytes.readUInt8(at + 4),
        stream: bytes.readUInt32BE(at + 5) & 0x7fffffff,
        payload: bytes.subarray(at + frameHeaderBytes, end),
      });
      at = end;
    }
    this.#rest = bytes.subarray(at);
  }
}
