import { describe } from '@jest/globals';
import { orders, testRows, type Row } from './problem-rows.ts';

const on = { service: 'auth_methods: [bearer, session]' };
const key = 'k'.repeat(32);
const tooShort = 'expected a key of at least 32 characters';

const shared: readonly Row[] = [
  ['top', 'session: { storage: ^redis }', 'session.storage', 'redis needs store.redis', on],
  ['top', `session: { keys: [${key}, ^short] }`, 'session.keys[1]', tooShort, on],
  ['top', 'session: { keys_files: [^word] }', 'session.keys_files[0]', tooShort, on],
  [
    'top',
    'session: { keys_files: [long-key, ^gone] }',
    'session.keys_files[1]',
    'the file cannot be read (ENOENT)',
    on,
  ],
  [
    'top',
    `session: { keys: [${key}], keys_files: ^[long-key] }`,
    'session.keys_files',
    'expected keys or keys_files, not both',
    on,
  ],
  [
    'top',
    'session: { cookie_same_site: ^None, cookie_secure: false }',
    'session.cookie_same_site',
    'None needs cookie_secure: true',
    on,
  ],
  [
    'top',
    'session: { cookie_name: ^"a;b" }',
    'session.cookie_name',
    "expected the name of a cookie: letters, digits or any of !#$%&'*+-.^_`|~",
    on,
  ],
  [
    'top',
    'session: { cookie_path: ^"/a; Domain=b" }',
    'session.cookie_path',
    'expected a path that begins with "/", without ";"',
    on,
  ],
  [
    'top',
    'session: { cookie_domain: ^"a.example; x" }',
    'session.cookie_domain',
    'expected a domain such as example.com',
    on,
  ],
  [
    'top',
    'session: { opened_by: [^session] }',
    'session.opened_by[0]',
    'expected one of: bearer, introspection, client_credentials, password',
    on,
  ],
  [
    'top',
    'session: { logout: { path: ^logout } }',
    'session.logout.path',
    'expected a path that begins with "/", without query',
    on,
  ],
  [
    'top',
    'session: { logout: { path: ^"/a?b" } }',
    'session.logout.path',
    'expected a path that begins with "/", without query',
    on,
  ],
  [
    'top',
    'session: { logout: { path: /a, methods: [^post] } }',
    'session.logout.methods[0]',
    'expected a method in upper case, such as POST',
    on,
  ],
  [
    'top',
    'session: { logout: { path: /a, redirect_uri: ^"//evil.example" } }',
    'session.logout.redirect_uri',
    'expected a URL, or a path that begins with "/"',
    on,
  ],
  [
    'top',
    'session: { idle_timeout: ^10ms }',
    'session.idle_timeout',
    'expected a duration from 1s to 576h',
    on,
  ],
];

const own: readonly Row[] = [
  [
    'service',
    'session: ^{ cookie_name: a }',
    `${orders}.session`,
    'no use without session in auth_methods',
  ],
  [
    'service',
    'auth_methods: [^session]',
    `${orders}.auth_methods[0]`,
    'none of session.opened_by (bearer, introspection) is in auth_methods, so that nothing opens a session',
  ],
  [
    'service',
    'auth_methods: [client_credentials, ^session]',
    `${orders}.auth_methods[1]`,
    'none of session.opened_by (bearer, introspection) is in auth_methods, so that nothing opens a session',
  ],
  [
    'service',
    'auth_methods: [bearer, session], session: { opened_by: ^[introspection] }',
    `${orders}.session.opened_by`,
    'none of session.opened_by (introspection) is in auth_methods, so that nothing opens a session',
  ],
  [
    'service',
    'auth_methods: [bearer, ^session]',
    `${orders}.auth_methods[1]`,
    'none of session.opened_by (password) is in auth_methods, so that nothing opens a session',
    { top: 'session: { opened_by: [password] }' },
  ],
  [
    'service',
    'auth_methods: [bearer, session], session: { cookie_same_site: ^None }',
    `${orders}.session.cookie_same_site`,
    'None needs cookie_secure: true',
    { top: 'session: { cookie_secure: false }' },
  ],
  [
    'service',
    'auth_methods: [bearer, session], session: { cookie_same_site: ^None, cookie_secure: false }',
    `${orders}.session.cookie_same_site`,
    'None needs cookie_secure: true',
  ],
  [
    'service',
    'auth_methods: [bearer, session], session: { cookie_secure: ^false }',
    `${orders}.session.cookie_secure`,
    'None needs cookie_secure: true',
    { top: 'session: { cookie_same_site: None }' },
  ],
  [
    'service',
    'auth_methods: [bearer, session], session: { storage: ^redis }',
    `${orders}.session.storage`,
    'redis needs store.redis',
  ],
  [
    'service',
    'auth_methods: [bearer, session], session: { storage: ^file }',
    `${orders}.session.storage`,
    'expected one of: cookie, redis',
  ],
  [
    'service',
    'auth_methods: [bearer, session], session: { ^keys: [] }',
    `${orders}.session.keys`,
    'unknown key "keys"; expected one of: storage, cookie_name, cookie_path, cookie_domain, cookie_secure, cookie_same_site, opened_by, idle_timeout, absolute_timeout, logout',
  ],
];

const keys: readonly Row[] = [
  ['top', 'shared_key: ^short', 'shared_key', tooShort],
  ['top', 'shared_key_file: ^word', 'shared_key_file', tooShort],
  [
    'top',
    `shared_key: ${key}\nshared_key_file: ^long-key`,
    'shared_key_file',
    'expected shared_key or shared_key_file, not both',
  ],
];

describe.each([
  ['sessions of all', shared],
  ['sessions of one Service', own],
  ['a key', keys],
])('loadConfig refuses %s', (_, rows) => {
  testRows(rows);
});
