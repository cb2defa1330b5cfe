import { z } from 'zod';
import { parseHostPort } from '../host-port.ts';
import { adminToken, expectedAccess } from './listen-admin.ts';
import { duration, filePath, size } from './scalars.ts';

const hostPort = z
  .string()
  .refine((text) => parseHostPort(text) !== null, 'expected host:port')
  .meta({ title: 'host:port' });

const socketAddress = z
  .string()
  .refine(
    (text) => parseHostPort(text) !== null || /^unix:\/./.test(text),
    'expected host:port or unix:/path',
  )
  .meta({ title: 'host:port or unix:/path' });

const tls = z.strictObject({
  cert_file: filePath.describe('Certificate chain, PEM.'),
  key_file: filePath.describe('Its private key, PEM.'),
  client_ca_file: filePath
    .optional()
    .describe('Authorities of client certificates, PEM; with it every client must bring one.'),
});

const keepalive = z.strictObject({
  time: duration().prefault('30s').describe('Silence on a connection before a ping.'),
  timeout: duration().prefault('5s').describe('Longest wait for the answer to a ping.'),
});

const grpc = z.strictObject({
  address: socketAddress.prefault('127.0.0.1:9001').describe('Where Envoy reaches the service.'),
  tls: tls.optional().describe('TLS, from files that are read again when they change.'),
  max_in_flight: z
    .int()
    .min(1)
    .max(100_000)
    .prefault(1000)
    .describe('Checks judged at once; beyond that the answer is `overloaded`.'),
  max_message_size: size.prefault('4MiB').describe('Largest Check that is read.'),
  keepalive: keepalive.prefault({}).describe('Pings that find dead connections.'),
  // grpc-js adds up to a tenth, and its timers hold 31 bits of milliseconds.
  max_connection_age: duration(1000, 20 * 24 * 3_600_000)
    .prefault('10m')
    .describe('Age at which a connection is closed in order, varied by a tenth.'),
  codec: z
    .enum(['lean', 'protobufjs'])
    .prefault('lean')
    .describe('How Checks are read and answers written; `protobufjs` goes with the next release.'),
  reflection: z.boolean().prefault(false).describe('Offers gRPC server reflection.'),
});

const ops = z.strictObject({
  address: hostPort
    .prefault('127.0.0.1:9090')
    .describe('Where `/metrics`, `/livez`, `/readyz` and `/version` are.'),
});

const admin = z
  .strictObject({
    address: socketAddress
      .prefault('127.0.0.1:8001')
      .describe('Where the Admin API is; there is none without this section.'),
    tls: tls
      .optional()
      .describe(
        'TLS, from files that are read again when they change. With client_ca_file and no tokens, every client with a certificate is an administrator.',
      ),
    tokens: z
      .array(adminToken)
      .prefault([])
      .describe(
        'Who may administrate, by `Kong-Admin-Token` or `Authorization: Bearer`; a bare token has the role admin. None = whoever can open the unix: socket, or brings a certificate.',
      ),
  })
  .superRefine(({ address, tls: files, tokens }, context) => {
    if (tokens.length > 0 || address.startsWith('unix:')) return;
    if (files?.client_ca_file !== undefined) return;
    context.addIssue({ code: 'custom', path: ['tokens'], message: expectedAccess });
  });

export const listenSchema = z.strictObject({
  grpc: grpc.prefault({}).describe('The gRPC listener for Envoy.'),
  ops: ops.prefault({}).describe('The HTTP listener for operators.'),
  admin: admin.optional().describe('The Admin API; absent = none, and none of its code is loaded.'),
});
