import { z } from 'zod';
import { Secret } from '../../lib/secret.ts';
import { filePath, name, secretMask } from './scalars.ts';

/** What a token may do, each a part of the first but for `requester`'s own applications. */
const adminRoles = ['admin', 'approver', 'read', 'requester'] as const;

// A header carries it, and blanks at its ends would be lost.
const visible = /^[\x21-\x7e]+$/;
// Failures are slowed down, not stopped, and not even that beside somebody who succeeds: what keeps a
// guess from being right is its length.
const minLength = 16;
const expectedToken = `expected a token of at least ${String(minLength)} visible ASCII characters, without blanks`;

/** Whether a token is too long to be guessed, and can be sent in a header as it is. */
export function isUsableToken(token: string): boolean {
  return token.length >= minLength && visible.test(token);
}

export const unusableFile = `${expectedToken}, on one line`;

const bareToken = z.codec(
  z.string().refine(isUsableToken, expectedToken).meta({ title: 'secret' }),
  z.instanceof(Secret),
  { decode: (value) => new Secret(value), encode: () => secretMask.repeat(2) },
);

const namedToken = z
  .strictObject({
    name: name.describe('Who it is for, in the audit and the log.'),
    role: z
      .enum(adminRoles)
      .describe(
        '`admin`: everything. `approver`: reads, and decides on registrations. `read`: reads. `requester`: asks for applications and registrations and sees its own.',
      ),
    token: bareToken.optional().describe('The token itself, of at least 16 characters.'),
    token_file: filePath.optional().describe('File that holds it.'),
    sha256: z
      .string()
      .regex(/^[0-9a-fA-F]{64}$/, 'expected the SHA-256 of the token, as 64 hexadecimal digits')
      .optional()
      .describe(
        'SHA-256 of the token in hexadecimal, so that no file holds the token. How long the token is cannot be checked.',
      ),
  })
  .superRefine((value, context) => {
    const given = [value.token, value.token_file, value.sha256].filter((it) => it !== undefined);
    if (given.length === 1) return;
    const message = 'expected exactly one of: token, token_file, sha256';
    context.addIssue({ code: 'custom', message });
  });

export const adminToken = z
  .union([bareToken, namedToken], {
    error: ({ input }) => (typeof input === 'string' ? expectedToken : undefined),
  })
  .meta({ title: 'secret or { name, role, token }' });

/** Whatever listens for administration has to know who is calling. */
export const expectedAccess =
  'nobody would have access: expected tokens, tls.client_ca_file or a unix: address';
