/**
 * The floor that Postern is compared with: grpc-js with its default options and the same definitions,
 * answering a constant of the size of an allow. Arguments: host:port.
 */
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { loadAuthorizationProto } from '../../src/envoy/authorization-proto.ts';

const names = ['id', 'custom-id', 'username', 'groups', 'first', 'second'];
const answer = {
  status: { code: 0 },
  ok_response: {
    headers: names.map((name) => ({
      header: { key: `x-consumer-${name}`, value: `value of ${name}` },
      append_action: 'OVERWRITE_IF_EXISTS_OR_ADD',
    })),
    headers_to_remove: ['authorization', 'x-anonymous-consumer', 'x-authenticated-groups'],
  },
};

const server = new Server();
server.addService(loadAuthorizationProto().service, {
  Check: (_call: unknown, send: (error: null, value: typeof answer) => void) => {
    send(null, answer);
  },
});
server.bindAsync(process.argv[2] ?? '', ServerCredentials.createInsecure(), (error) => {
  if (error !== null) throw error;
});
