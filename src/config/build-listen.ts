import { createHash } from 'node:crypto';
import type {
  AdminListenConfig,
  AdminTokenConfig,
  GrpcListenConfig,
  ListenConfig,
  TlsFilesConfig,
} from './config.ts';
import { readSecret } from './read-secret.ts';
import type { ReferencedFiles } from './referenced-files.ts';
import type { Settings } from './schema/settings.ts';
import { Secret } from '../lib/secret.ts';

type ListenSettings = Settings['listen'];
type AdminSettings = NonNullable<ListenSettings['admin']>;

export function buildListen({ listen }: Settings, files: ReferencedFiles): ListenConfig {
  const { grpc, ops, admin } = listen;
  return {
    grpc: buildGrpc(grpc, files),
    ops: { address: ops.address },
    admin: admin === undefined ? null : buildAdmin(admin, files),
  };
}

function buildGrpc(grpc: ListenSettings['grpc'], files: ReferencedFiles): GrpcListenConfig {
  return {
    address: grpc.address,
    tls: buildTls(grpc.tls, files),
    maxInFlight: grpc.max_in_flight,
    maxMessageBytes: grpc.max_message_size,
    keepaliveTimeMs: grpc.keepalive.time,
    keepaliveTimeoutMs: grpc.keepalive.timeout,
    maxConnectionAgeMs: grpc.max_connection_age,
    codec: grpc.codec,
    reflection: grpc.reflection,
  };
}

function buildAdmin(admin: AdminSettings, files: ReferencedFiles): AdminListenConfig {
  return {
    address: admin.address,
    tls: buildTls(admin.tls, files),
    tokens: admin.tokens.map((token) => buildToken(token, files)),
  };
}

function buildTls(
  tls: ListenSettings['grpc']['tls'],
  files: ReferencedFiles,
): TlsFilesConfig | null {
  if (tls === undefined) return null;
  const { cert_file: cert, key_file: key, client_ca_file: ca } = tls;
  return {
    certFile: files.resolve(cert),
    keyFile: files.resolve(key),
    clientCaFile: ca === undefined ? null : files.resolve(ca),
  };
}

/** Only the hash is kept: what a process does not hold, it cannot tell. */
export function buildToken(
  token: AdminSettings['tokens'][number],
  files: ReferencedFiles,
): AdminTokenConfig {
  if (token instanceof Secret) {
    const sha256 = hash(token);
    // Its place in the list would be somebody else's after the next change of the list.
    return { name: `token-${sha256.slice(0, 8)}`, role: 'admin', sha256 };
  }
  const { name, role, sha256 } = token;
  if (sha256 !== undefined) return { name, role, sha256: sha256.toLowerCase() };
  const secret = readSecret(token.token, token.token_file, files);
  if (secret === undefined) throw new TypeError('the schema lets no token without a secret pass');
  return { name, role, sha256: hash(secret) };
}

function hash(token: Secret): string {
  return createHash('sha256').update(token.reveal()).digest('hex');
}
