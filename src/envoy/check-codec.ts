import type { AuthzRequest } from '../authz/request.ts';
import type { AuthorizationProto } from './authorization-proto.ts';
import type { CheckResponseMessage } from './messages.ts';
import { readCheckRequest } from './read-check-request.ts';
import { decodeCheckRequest } from './wire/decode-check-request.ts';
import { encodeCheckResponse } from './wire/encode-check-response.ts';

/** `lean`: our own, which reads what a decision needs. `protobufjs`: the library that it is compared with. */
export type CodecName = 'lean' | 'protobufjs';

/** From bytes to a request and from an answer to bytes. `decode` throws for what is no CheckRequest. */
interface CheckCodec {
  readonly decode: (bytes: Buffer) => AuthzRequest;
  readonly encode: (message: CheckResponseMessage) => Buffer;
}

/**
 * Stands for bytes that are no CheckRequest. A failed RPC would leave the answer to Envoy, and to its
 * `failure_mode_allow`; this way the service answers *unavailable* by itself.
 */
export const undecodable: AuthzRequest = Object.freeze(readCheckRequest({}));

/** The service as a grpc-js server takes it, with the codec of choice. */
export function defineCheckService(
  { service }: AuthorizationProto,
  name: CodecName,
): AuthorizationProto['service'] {
  const { decode, encode } = codecs[name](service.Check);
  const Check = {
    ...service.Check,
    requestDeserialize: (bytes: Buffer) => {
      try {
        return decode(bytes);
      } catch {
        return undecodable;
      }
    },
    responseSerialize: encode,
  };
  return Object.assign({}, service, { Check });
}

const codecs: Readonly<
  Record<CodecName, (method: AuthorizationProto['service']['Check']) => CheckCodec>
> = {
  lean: () => ({ decode: decodeCheckRequest, encode: encodeCheckResponse }),
  protobufjs: ({ requestDeserialize, responseSerialize }) => ({
    decode: (bytes) => readCheckRequest(requestDeserialize(bytes)),
    encode: responseSerialize,
  }),
};
