/**
 * The floor that Postern is compared with: grpc-js with its default options and the same definitions,
 * answering a constant of the size of an allow. Arguments: host:port, then `proto-loader`, or `lean` for
 * Postern's own codec and an answer that is serialized once: what is left to a decision.
 */
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { loadAuthorizationProto } from '../../src/envoy/authorization-proto.ts';
import { defineCheckService } from '../../src/envoy/check-codec.ts';
import type { CheckResponseMessage } from '../../src/envoy/messages.ts';

const names = ['id', 'custom-id', 'username', 'groups', 'first', 'second'];
const ok_response = {
  headers: names.map((name) => ({
    header: { key: `x-consumer-${name}`, value: `value of ${name}` },
    append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' as const,
  })),
  headers_to_remove: ['authorization', 'x-anonymous-consumer', 'x-authenticated-groups'],
  response_headers_to_add: [],
  query_parameters_to_remove: [],
};
const answer: CheckResponseMessage = { status: { code: 0 }, ok_response, repeats: true };
const [, , address = '', codec] = process.argv;
const proto = loadAuthorizationProto();

const server = new Server();
server.addService(codec === 'lean' ? defineCheckService(proto, 'lean') : proto.service, {
  Check: (_call: unknown, send: (error: null, value: typeof answer) => void) => {
    send(null, answer);
  },
});
server.bindAsync(address, ServerCredentials.createInsecure(), (error) => {
  if (error !== null) throw error;
});
