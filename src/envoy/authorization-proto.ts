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
  /** Its one method is `Check`; for a server see check-codec.ts. */
  readonly service: ServiceDefinition & { readonly Check: CheckMethod };
  /** Everything that was loaded, for reflection. */
  readonly packageDefinition: PackageDefinition;
}

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
  return { service, packageDefinition };
}

function findService(definitions: PackageDefinition): AuthorizationProto['service'] {
  const service = definitions[authorizationServiceName];
  if (service === undefined || !hasCheck(service)) {
    throw new TypeError(`proto/ does not define ${authorizationServiceName}`);
  }
  return service;
}

function hasCheck(definition: object): definition is AuthorizationProto['service'] {
  return 'Check' in definition;
}
