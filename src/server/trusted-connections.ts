import type { RequestListener } from 'node:http';
import type { Server } from 'node:https';

/** Connections of a TLS server whose clients were looked at by the authorities in force. */
export class TrustedConnections {
  #sockets = new WeakSet<object>();
  #server: Server | null = null;

  /** Before it listens. */
  follow(server: Server): void {
    this.#server = server;
    server.on('secureConnection', (socket) => this.#sockets.add(socket));
  }

  /** Answers requests of these connections only, and ends others once they have their answer. */
  guard(handle: RequestListener): RequestListener {
    return (request, response) => {
      const { socket } = request;
      if (!this.#sockets.has(socket)) {
        socket.destroy();
        return;
      }
      response.once('close', () => {
        if (!this.#sockets.has(socket)) socket.destroySoon();
      });
      handle(request, response);
    };
  }

  /** Other authorities are in force: clients have to prove themselves again. */
  forget(): void {
    this.#sockets = new WeakSet();
    this.#server?.closeIdleConnections();
  }
}
