import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { printConfig } from '../../../src/config/print-config.ts';
import { loadGood, problemsOf, warningsOf, write } from './load.ts';
import { testRows, type Row } from './problem-rows.ts';

function hash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function adminOf(section: string, files: Readonly<Record<string, string>> = {}) {
  return loadGood(write({ top: `listen: { admin: ${section} }` }), { files }).config.listen.admin;
}

const nobody = 'nobody would have access: expected tokens, tls.client_ca_file or a unix: address';
const admin = 'listen.admin';
const oneOf = 'expected exactly one of: token, token_file, sha256';
const token = 'expected a token of at least 16 visible ASCII characters, without blanks';

/** Long enough for a token, by one letter. */
function long(letter: string): string {
  return letter.repeat(16);
}

const [x, y, z] = [long('x'), long('y'), long('z')];

const rows: readonly Row[] = [
  ['top', 'listen: { admin: ^{} }', `${admin}.tokens`, nobody],
  ['top', 'listen: { admin: { tokens: ^[] } }', `${admin}.tokens`, nobody],
  ['top', 'listen: { admin: { tokens: [^"a b"] } }', `${admin}.tokens[0]`, token],
  ['top', `listen: { admin: { tokens: [^"${long('a')} b"] } }`, `${admin}.tokens[0]`, token],
  ['top', `listen: { admin: { tokens: [^${'x'.repeat(15)}] } }`, `${admin}.tokens[0]`, token],
  [
    'top',
    `listen: { admin: { tokens: [{ name: a, role: read, token: ^${'x'.repeat(15)} }] } }`,
    `${admin}.tokens[0].token`,
    token,
  ],
  ['top', 'listen: { admin: { tokens: [^{ name: a, role: read }] } }', `${admin}.tokens[0]`, oneOf],
  [
    'top',
    `listen: { admin: { tokens: [^{ name: a, role: read, token: ${x}, sha256: ${hash(x)} }] } }`,
    `${admin}.tokens[0]`,
    oneOf,
  ],
  [
    'top',
    `listen: { admin: { tokens: [{ name: a, role: ^owner, token: ${x} }] } }`,
    `${admin}.tokens[0].role`,
    'expected one of: admin, approver, read, requester',
  ],
  [
    'top',
    'listen: { admin: { tokens: [{ name: a, role: read, sha256: ^abc }] } }',
    `${admin}.tokens[0].sha256`,
    'expected the SHA-256 of the token, as 64 hexadecimal digits',
  ],
  [
    'top',
    'listen: { admin: { tokens: [{ name: a, role: read, token_file: ^gone }] } }',
    `${admin}.tokens[0].token_file`,
    'the file cannot be read (ENOENT)',
  ],
  [
    'top',
    `listen: { admin: { tokens: [${x}, ^{ name: a, role: read, sha256: ${hash(x)} }] } }`,
    `${admin}.tokens[1]`,
    'tokens[0] is the same token',
  ],
  [
    'top',
    `listen: { admin: { tokens: [${x}, ^{ name: token-${hash(x).slice(0, 8)}, role: read, token: ${y} }] } }`,
    `${admin}.tokens[1]`,
    'tokens[0] has the same name',
  ],
];

describe('a wrong listen.admin', () => {
  testRows(rows);

  it.each([
    ['more than a token', 'one-of-the-tokens\nanother-of-the-tokens\n'],
    ['a token that can be guessed', 'one-of-them\n'],
  ])('is a file of %s', (_, content) => {
    const section = '{ tokens: [{ name: a, role: read, token_file: two }] }';
    const text = write({ top: `listen: { admin: ${section} }` });

    expect(problemsOf(text, { files: { '/etc/postern/two': content } })).toEqual([
      expect.stringContaining(`${token}, on one line`),
    ]);
  });
});

describe('listen.admin', () => {
  it('is off where it is not named', () => {
    expect(loadGood(write({})).config.listen.admin).toBeNull();
  });

  it('keeps hashes of tokens, wherever they stand', () => {
    const named = `{ name: ci, role: approver, token_file: t }, { name: board, role: read, sha256: ${hash(z).toUpperCase()} }`;

    expect(adminOf(`{ tokens: [${x}, ${named}] }`, { '/etc/postern/t': `${y}\n` })).toEqual({
      address: '127.0.0.1:8001',
      tls: null,
      tokens: [
        { name: `token-${hash(x).slice(0, 8)}`, role: 'admin', sha256: hash(x) },
        { name: 'ci', role: 'approver', sha256: hash(y) },
        { name: 'board', role: 'read', sha256: hash(z) },
      ],
    });
  });

  it('calls a token without a name the same wherever it stands', () => {
    const before = adminOf(`{ tokens: [${x}, ${y}] }`)?.tokens;
    const after = adminOf(`{ tokens: [${y}, ${x}] }`)?.tokens;

    expect(after).toEqual(before?.toReversed());
    expect(new Set(before?.map(({ name }) => name)).size).toBe(2);
  });

  it('needs no token where the socket or the certificate says who calls', () => {
    const files = { '/etc/postern/c': 'c', '/etc/postern/k': 'k', '/etc/postern/a': 'a' };
    const tls = '{ cert_file: c, key_file: k, client_ca_file: a }';

    expect(adminOf('{ address: "unix:/run/postern/admin" }')?.tokens).toEqual([]);
    expect(adminOf(`{ tls: ${tls} }`, files)?.tokens).toEqual([]);
  });

  it('is printed without its tokens', () => {
    const section =
      '{ tokens: [hunter2-hunter2-hunter2, { name: a, role: read, token: hunter3-hunter3-hunter3 }] }';
    const { settings } = loadGood(write({ top: `listen: { admin: ${section} }` }));
    const printed = printConfig(settings);

    expect(printed).toContain('role: read');
    expect(printed).not.toContain('hunter');
  });

  it('warns of tokens that cross a network in the clear', () => {
    const text = write({ top: `listen: { admin: { address: 0.0.0.0:8001, tokens: [${x}] } }` });

    expect(warningsOf(text)).toContainEqual(
      'p.yaml:1:29: listen.admin.address: other hosts can reach this listener, and tokens go to it without TLS',
    );
  });
});
