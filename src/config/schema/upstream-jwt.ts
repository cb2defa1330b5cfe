import { z } from 'zod';
import { duration, filePath, nonEmpty, privateKey } from './scalars.ts';

/** Who signs the JWTs for upstreams. */
export const upstreamJwtSchema = z
  .strictObject({
    issuer: nonEmpty.describe('`iss`.'),
    keys: z
      .array(privateKey())
      .prefault([])
      .describe(
        'Private keys, each PKCS#8 as PEM or a JWK as JSON: the first signs, all are published. None = a random one per process.',
      ),
    key_files: z.array(filePath).prefault([]).describe('Files that hold the keys, one each.'),
    ttl: duration(1000, 24 * 3_600_000)
      .prefault('1m')
      .describe('Life of a JWT.'),
  })
  .superRefine((value, context) => {
    if (value.keys.length === 0 || value.key_files.length === 0) return;
    const message = 'expected keys or key_files, not both';
    context.addIssue({ code: 'custom', path: ['key_files'], message });
  });
