import { z } from 'zod';
import { cookieName, distinct, duration, filePath, keyMaterial } from './scalars.ts';

const cookiePath = z
  .string()
  .regex(/^\/[\x21-\x3a\x3c-\x7e]*$/, 'expected a path that begins with "/", without ";"')
  .meta({ title: 'URL path' });

const cookieDomain = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/i,
    'expected a domain such as example.com',
  )
  .meta({ title: 'domain' });

const requestPath = z
  .string()
  .regex(/^\/[\x21\x22\x24-\x3e\x40-\x7e]*$/, 'expected a path that begins with "/", without query')
  .meta({ title: 'URL path' });

/** Methods of RFC 9110 section 9.1 are upper-case words. */
const requestMethod = z
  .string()
  .regex(/^[A-Z]{1,32}$/, 'expected a method in upper case, such as POST');

const redirect = z
  .string()
  .regex(
    /^(?:https?:\/\/[^/\s]|\/(?!\/))[\x21-\x7e]*$|^\/$/,
    'expected a URL, or a path that begins with "/"',
  )
  .meta({ title: 'URL' });

const logout = z.strictObject({
  path: requestPath.describe('Path that ends a session, compared exactly.'),
  methods: distinct(requestMethod)
    .min(1)
    .prefault(['POST', 'DELETE'])
    .describe('Methods that do so.'),
  redirect_uri: redirect
    .nullable()
    .prefault(null)
    .describe('Where the answer leads; null = an answer 204.'),
});

const openers = distinct(z.enum(['bearer', 'introspection', 'client_credentials', 'password'])).min(
  1,
);

const sameSites = z.enum(['Lax', 'Strict', 'None']);

const storages = z.enum(['cookie', 'redis']);

/** Of a Service: in place of what the file says at its top. */
export const serviceSession = z.strictObject({
  storage: storages.optional().describe('In place of `session.storage`.'),
  cookie_name: cookieName.optional().describe('In place of `session.cookie_name`.'),
  cookie_path: cookiePath.optional().describe('In place of `session.cookie_path`.'),
  cookie_domain: cookieDomain
    .nullable()
    .optional()
    .describe('In place of `session.cookie_domain`.'),
  cookie_secure: z.boolean().optional().describe('In place of `session.cookie_secure`.'),
  cookie_same_site: sameSites.optional().describe('In place of `session.cookie_same_site`.'),
  opened_by: openers.optional().describe('In place of `session.opened_by`.'),
  idle_timeout: duration(1000).optional().describe('In place of `session.idle_timeout`.'),
  absolute_timeout: duration(1000).optional().describe('In place of `session.absolute_timeout`.'),
  logout: logout.nullable().optional().describe('In place of `session.logout`.'),
});

/** Sessions of all Services that have `session` among their methods. */
export const sessionSchema = z
  .strictObject({
    keys: z
      .array(keyMaterial())
      .prefault([])
      .describe(
        'Keys of at least 32 characters: the first seals, all open. None = a random one per process.',
      ),
    keys_files: z.array(filePath).prefault([]).describe('Files that hold the keys, one each.'),
    storage: storages
      .prefault('cookie')
      .describe('Where sessions are: sealed in the cookie, or in `store.redis`.'),
    cookie_name: cookieName
      .prefault('postern_session')
      .describe('Name of the cookie, behind `__Host-` or `__Secure-`.'),
    cookie_path: cookiePath.prefault('/').describe('`Path`; another one needs `__Secure-`.'),
    cookie_domain: cookieDomain
      .nullable()
      .prefault(null)
      .describe('`Domain`; null = the host alone. One needs `__Secure-`.'),
    cookie_secure: z
      .boolean()
      .prefault(true)
      .describe('`Secure`. false = without it and without a prefix, for clear text.'),
    cookie_same_site: sameSites.prefault('Lax').describe('`SameSite`; `None` needs `Secure`.'),
    opened_by: openers
      .prefault(['bearer', 'introspection'])
      .describe('Methods whose success opens a session.'),
    idle_timeout: duration(1000).prefault('15m').describe('Longest time between two requests.'),
    absolute_timeout: duration(1000)
      .prefault('24h')
      .describe('Longest life; the `exp` of the token may end it sooner.'),
    logout: logout.nullable().prefault(null).describe('How a caller ends a session; null = not.'),
  })
  .superRefine((value, context) => {
    if (value.keys.length === 0 || value.keys_files.length === 0) return;
    const message = 'expected keys or keys_files, not both';
    context.addIssue({ code: 'custom', path: ['keys_files'], message });
  });
