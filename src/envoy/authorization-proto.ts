import { fileURLToPath } from 'node:url';
import {
  loadSync,
  type MethodDefinition,
  type PackageDefinition,
  type ServiceDefinition,
} from '@grpc/proto-loader';
import type { CheckRequestMessage, CheckResponseMessage } from './messages.ts';

/** Full name of the service that Envoy calls, as in health checks and metrics. */
export const authorizationServiceName = 'envoy.service.auth.v3.Authorization';

type CheckMethod = MethodDefinition<
  CheckRequestMessage,
  CheckResponseMessage,
  CheckRequestMessage,
  CheckResponseMessage
>;

export interface AuthorizationProto {
  /** For a grpc-js server; the one method is `Check`. */
  readonly service: ServiceDefinition & { readonly Check: CheckMethod };
  /** Everything that was loaded, for reflection. */
  readonly packageDefinition: PackageDefinition;
}

/**
 * Stands for bytes that are no CheckRequest. A failed RPC would leave the answer to Envoy, and to its
 * `failure_mode_allow`; this way the service answers *unavailable* by itself.
 */
export const undecodable: CheckRequestMessage = Object.freeze({});

/** `proto/` lies beside both `src/` and `dist/`. */
const protoDirectory = fileURLToPath(new URL('../../proto', import.meta.url));

/** Loads our definitions of the ext_authz API. Throws when `proto/` is missing or broken. */
export function loadAuthorizationProto(): AuthorizationProto {
  const packageDefinition = loadSync('envoy/service/auth/v3/external_auth.proto', {
    includeDirs: [protoDirectory],
    keepCase: true,
    longs: Number,
    enums: String,
  });
  const service = findService(packageDefinition);
  const requestDeserialize = decodeOr(undecodable, service.Check.requestDeserialize);
  const Check = { ...service.Check, requestDeserialize };
  return { service: Object.assign({}, service, { Check }), packageDefinition };
}

function findService(definitions: PackageDefinition): AuthorizationProto['service'] {
  const service = definitions[authorizationServiceName];
  if (service === undefined || !hasCheck(service)) {
    throw new TypeError(`proto/ does not define ${authorizationServiceName}`);
  }
  return service;
}

function decodeOr<Message>(
  instead: Message,
  decode: (bytes: Buffer) => Message,
): (bytes: Buffer) => Message {
  return (bytes) => {
    try {
      return decode(bytes);
    } catch {
      return instead;
    }
  };
}

function hasCheck(definition: object): definition is AuthorizationProto['service'] {
  return 'Check' in definition;
}
