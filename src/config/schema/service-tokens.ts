import { z } from 'zod';
import { ownedHeaders } from '../../authz/identity-headers.ts';
import { cookieName, distinct, nonEmpty, tokenPattern } from './scalars.ts';

/** Of the connection, of the message, or other credentials. */
const reservedNames: ReadonlySet<string> = new Set([
  ...['connection', 'content-length', 'content-type', 'cookie', 'dpop', 'expect', 'host'],
  ...['keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'x-request-id'],
]);

const headerName = z
  .string()
  .regex(tokenPattern, 'expected the name of a header')
  .refine(
    // Upstreams may read `_` as `-`, so Postern removes those spellings too.
    (name) => !ownedHeaders.has(name.toLowerCase().replaceAll('_', '-')),
    'Postern sets this header for upstreams, and removes it from what callers send',
  )
  .refine((name) => !reservedNames.has(name.toLowerCase()), 'this header has a meaning of its own')
  .meta({ title: 'header name' });

const headerNames = z
  .array(headerName)
  .min(1)
  .superRefine((names, context) => {
    const lower = names.map((name) => name.toLowerCase());
    lower.forEach((name, index) => {
      if (lower.indexOf(name) === index) return;
      context.addIssue({ code: 'custom', path: [index], message: 'stands in the list twice' });
    });
  });

/** Keys of a Service that say where a token may stand (Kong's `bearer_token_*`). */
export const tokenPlacing = {
  bearer_token_param_type: distinct(z.enum(['header', 'query', 'cookie', 'body']))
    .min(1)
    .prefault(['header'])
    .describe('Places of a token. `body` needs `hide_credentials: false`.'),
  bearer_token_header_names: headerNames
    .prefault(['authorization'])
    .describe('Headers of a token; others than `authorization` hold it bare, or behind `Bearer`.'),
  bearer_token_cookie_name: cookieName
    .nullable()
    .prefault(null)
    .describe('Cookie of a token; the place `cookie` needs it.'),
  bearer_token_param_name: nonEmpty
    .regex(/^[A-Za-z0-9._~-]+$/, 'expected letters, digits or any of - . _ ~')
    .prefault('access_token')
    .describe('Query argument, form field or JSON member of a token.'),
};
