import { connect, type Socket } from 'node:net';
import {
  flags,
  FrameReader,
  frameTypes,
  initialWindow,
  saysStatusOk,
  writeFrame,
  writePreface,
  writeWindowUpdate,
  type Frame,
  type RequestTemplate,
} from './frames.ts';

/** How a call ended: its message, or null where there was none or gRPC reported an error. */
export type OnAnswer = (call: number, message: Buffer | null) => void;

interface OpenCall {
  readonly call: number;
  message: Buffer | null;
}

const windowStep = 2 ** 24;

/** One HTTP/2 connection that makes calls of one method. Writes once per turn of the event loop. */
export class Connection {
  readonly #socket: Socket;
  readonly #onAnswer: OnAnswer;
  readonly #open = new Map<number, OpenCall>();
  readonly #frames = new FrameReader();
  #unsent: Buffer[] = [];
  /** Requests that wait for room in the server's window. */
  #waiting: (() => void)[] = [];
  #nextStream = 1;
  #window = initialWindow;
  #received = 0;

  private constructor(socket: Socket, onAnswer: OnAnswer, onReady: () => void) {
    this.#socket = socket;
    this.#onAnswer = onAnswer;
    socket.setNoDelay(true);
    socket.write(writePreface());
    socket.on('data', (chunk: Buffer) => {
      this.#frames.read(chunk, (frame) => {
        if (frame.type === frameTypes.settings && (frame.flags & flags.ack) === 0) onReady();
        this.#take(frame);
      });
      this.flush();
    });
  }

  /** `address` is `host:port` or `unix:/path`. Rejects when nobody listens there. */
  static open(address: string, onAnswer: OnAnswer, onLost: (error: Error) => void) {
    return new Promise<Connection>((resolve, reject) => {
      const [host = '', port] = address.split(/:(?=\d+$)/);
      const socket =
        port === undefined
          ? connect(address.replace(/^unix:/, ''))
          : connect({ host, port: Number(port) });
      socket.once('error', reject);
      socket.once('connect', () => {
        const connection = new Connection(socket, onAnswer, () => {
          resolve(connection);
        });
        socket.off('error', reject).on('error', onLost);
      });
    });
  }

  /** Queues one call; `fill` writes what is particular to it into the copy of the template. */
  send(call: number, template: RequestTemplate, fill: (request: Buffer) => void): void {
    if (this.#window < template.dataBytes) {
      this.#waiting.push(() => {
        this.send(call, template, fill);
      });
      return;
    }
    const request = Buffer.from(template.bytes);
    const stream = this.#nextStream;
    for (const at of template.streamAt) request.writeUInt32BE(stream, at);
    fill(request);
    this.#nextStream += 2;
    this.#window -= template.dataBytes;
    this.#open.set(stream, { call, message: null });
    this.#unsent.push(request);
  }

  flush(): void {
    if (this.#unsent.length === 0) return;
    this.#socket.write(Buffer.concat(this.#unsent));
    this.#unsent = [];
  }

  close(): void {
    this.#socket.destroy();
  }

  #take({ type, flags: flag, stream, payload }: Frame): void {
    switch (type) {
      case frameTypes.headers:
        this.#takeHeaders(stream, flag, payload);
        break;
      case frameTypes.data:
        this.#takeData(stream, payload);
        break;
      case frameTypes.resetStream:
        this.#end(stream, false);
        break;
      case frameTypes.windowUpdate:
        this.#widen(stream, payload.readUInt32BE(0));
        break;
      case frameTypes.settings:
      case frameTypes.ping:
        this.#acknowledge(type, flag, payload);
        break;
      case frameTypes.goAway:
        this.#socket.destroy(new Error('the server closed the connection'));
        break;
    }
  }

  /** Trailers end a call; the headers before them say nothing of interest. */
  #takeHeaders(stream: number, flag: number, block: Buffer): void {
    if ((flag & flags.endStream) !== 0) this.#end(stream, saysStatusOk(block));
  }

  #takeData(stream: number, payload: Buffer): void {
    const open = this.#open.get(stream);
    if (open !== undefined) {
      open.message = open.message === null ? payload : Buffer.concat([open.message, payload]);
    }
    this.#received += payload.length;
    if (this.#received < windowStep) return;
    this.#unsent.push(writeWindowUpdate(this.#received));
    this.#received = 0;
  }

  #end(stream: number, ok: boolean): void {
    const open = this.#open.get(stream);
    if (open === undefined) return;
    this.#open.delete(stream);
    // The first five bytes are gRPC's own: not compressed, and the length.
    this.#onAnswer(open.call, ok ? (open.message?.subarray(5) ?? null) : null);
  }

  #widen(stream: number, bytes: number): void {
    if (stream !== 0) return;
    this.#window += bytes;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const send of waiting) send();
  }

  #acknowledge(type: number, flag: number, payload: Buffer): void {
    if ((flag & flags.ack) !== 0) return;
    const echo = type === frameTypes.ping ? payload : Buffer.alloc(0);
    this.#unsent.push(writeFrame(type, flags.ack, 0, echo));
  }
}
