import { Server, ServerCredentials, type sendUnaryData, type ServerUnaryCall } from '@grpc/grpc-js';
import { loadAuthorizationProto } from '../../src/envoy/authorization-proto.ts';
import type { CheckRequestMessage, CheckResponseMessage } from '../../src/envoy/messages.ts';

export interface StubAuthorizer {
  readonly port: number;
  /** All checks so far, oldest first. */
  readonly checks: readonly CheckRequestMessage[];
  /** What the next checks are answered with. */
  answer(response: CheckResponseMessage): void;
  stop(): void;
}

/** An ext_authz service that answers what it is told, to see what Envoy makes of it. */
export async function startStubAuthorizer(): Promise<StubAuthorizer> {
  const checks: CheckRequestMessage[] = [];
  let next: CheckResponseMessage | null = null;
  const server = new Server();
  server.addService(loadAuthorizationProto().service, {
    Check: (
      call: ServerUnaryCall<CheckRequestMessage, CheckResponseMessage>,
      callback: sendUnaryData<CheckResponseMessage>,
    ) => {
      checks.push(call.request);
      callback(next === null ? new Error('no answer set') : null, next);
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return {
    port,
    checks,
    answer: (response) => {
      next = response;
    },
    stop: () => {
      server.forceShutdown();
    },
  };
}
