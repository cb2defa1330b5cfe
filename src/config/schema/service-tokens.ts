import { z } from 'zod';
import { cookieName, distinct, nonEmpty, tokenPattern } from './scalars.ts';

const headerName = z
  .string()
  .regex(tokenPattern, 'expected the name of a header')
  .meta({ title: 'header name' });

/** Keys of a Service that say where a token may stand (Kong's `bearer_token_*`). */
export const tokenPlacing = {
  bearer_token_param_type: distinct(z.enum(['header', 'query', 'cookie', 'body']))
    .min(1)
    .prefault(['header'])
    .describe('Places of a token. `body` needs `hide_credentials: false`.'),
  bearer_token_header_names: distinct(headerName)
    .min(1)
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
