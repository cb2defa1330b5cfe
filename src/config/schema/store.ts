import { z } from 'zod';
import { parseHostPort } from '../host-port.ts';
import { maskRedisUrl, parseRedisUrl } from '../redis-url.ts';
import { Secret } from '../../lib/secret.ts';
import { duration, filePath, nonEmpty, secret, secretMask } from './scalars.ts';

const node = z
  .string()
  .refine((text) => parseHostPort(text) !== null, 'expected host:port')
  .meta({ title: 'host:port' });

const url = z.codec(
  z
    .string()
    .refine((text) => parseRedisUrl(text) !== null, expectedRedisUrl())
    .meta({ title: 'URL' }),
  z.instanceof(Secret),
  {
    decode: (text) => new Secret(text),
    encode: (value) => maskRedisUrl(value.reveal(), secretMask),
  },
);

export function expectedRedisUrl(): string {
  return 'expected redis://host:port/database, rediss://… or unix:/path';
}

const sentinel = z
  .strictObject({
    name: nonEmpty.describe('Name of the master group.'),
    nodes: z.array(node).min(1).describe('The Sentinels.'),
    username: nonEmpty.optional().describe('ACL user at the Sentinels.'),
    password: secret().optional().describe('Password at the Sentinels.'),
    password_file: filePath.optional().describe('File that holds it.'),
  })
  .superRefine((value, context) => {
    refuseBoth(value, 'password', context);
  });

const cluster = z.strictObject({
  nodes: z.array(node).min(1).describe('Nodes to learn the cluster from.'),
});

const tls = z.strictObject({
  ca_file: filePath.optional().describe('Authorities to trust, PEM; default those of Node.'),
  cert_file: filePath.optional().describe('Client certificate, PEM.'),
  key_file: filePath.optional().describe('Its private key, PEM.'),
  server_name: nonEmpty.optional().describe('Name that the certificate must carry.'),
});

const cache = z.strictObject({
  max_entries: z
    .int()
    .min(1)
    .max(10_000_000)
    .prefault(100_000)
    .describe('Consumers kept in memory.'),
  negative_ttl: duration(0)
    .prefault('5s')
    .describe('How long "there is no such Consumer" is believed.'),
  negative_max_entries: z
    .int()
    .min(1)
    .max(10_000_000)
    .prefault(10_000)
    .describe('Unknown Consumers kept in memory.'),
});

const redis = z
  .strictObject({
    url: url.optional().describe('One server: `redis://`, `rediss://` (TLS) or `unix:/path`.'),
    url_file: filePath.optional().describe('File that holds the URL.'),
    sentinel: sentinel.optional().describe('Servers that Sentinels name.'),
    cluster: cluster.optional().describe('A Redis Cluster.'),
    username: nonEmpty.optional().describe('ACL user.'),
    password: secret().optional().describe('Password.'),
    password_file: filePath.optional().describe('File that holds the password.'),
    tls: tls
      .optional()
      .describe('TLS details for `rediss://`; present with `sentinel` or `cluster`, TLS is on.'),
    key_prefix: z
      .string()
      .regex(/^[A-Za-z0-9._:-]{1,64}$/, 'expected 1 to 64 letters, digits or one of . _ : -')
      .prefault('postern')
      .describe('First part of every key, and its hash tag.'),
    max_staleness: duration(100)
      .prefault('5s')
      .describe('How old a cached Consumer may be while no news come from the server.'),
    command_timeout: duration().prefault('200ms').describe('Longest wait for one reply.'),
    connect_timeout: duration().prefault('2s').describe('Longest wait for a connection.'),
    cache: cache.prefault({}).describe('Consumers kept in memory.'),
  })
  .superRefine((value, context) => {
    const targets = [value.url, value.url_file, value.sentinel, value.cluster];
    if (targets.filter((target) => target !== undefined).length !== 1) {
      const message = 'expected exactly one of: url, url_file, sentinel, cluster';
      context.addIssue({ code: 'custom', message });
    }
    refuseBoth(value, 'password', context);
    if ((value.tls?.cert_file === undefined) !== (value.tls?.key_file === undefined)) {
      const message = 'expected cert_file and key_file, or neither';
      context.addIssue({ code: 'custom', path: ['tls'], message });
    }
  });

export const storeSchema = z
  .strictObject({
    file: z
      .strictObject({ path: filePath.describe('YAML file of Consumers.') })
      .optional()
      .describe('Consumers in a file that is read again when it changes; for up to 10,000.'),
    redis: redis.optional().describe('Consumers in Redis, shared by all replicas.'),
  })
  .superRefine((value, context) => {
    if ((value.file === undefined) !== (value.redis === undefined)) return;
    context.addIssue({ code: 'custom', message: 'expected exactly one of: file, redis' });
  });

/** A secret stands in the file or in a file of its own, not in both. */
function refuseBoth<Key extends string>(
  value: Partial<Record<Key | `${Key}_file`, unknown>>,
  key: Key,
  context: z.RefinementCtx,
): void {
  if (value[key] === undefined || value[`${key}_file`] === undefined) return;
  const message = `expected ${key} or ${key}_file, not both`;
  context.addIssue({ code: 'custom', path: [`${key}_file`], message });
}
