import { describe, expect, it } from '@jest/globals';
import type { Access } from '../../../src/admin/access/access.ts';
import { AdminAccess } from '../../../src/app/admin-access.ts';
import type { AdminListenConfig, AdminTokenConfig } from '../../../src/config/config.ts';

function tokenOf(name: string, role: AdminTokenConfig['role'] = 'admin'): AdminTokenConfig {
  return { name, role, sha256: name.repeat(64).slice(0, 64) };
}

const [a, b, c] = [tokenOf('a'), tokenOf('b'), tokenOf('c')];
const tls = { certFile: '/c', keyFile: '/k', clientCaFile: '/a' };
const address = '127.0.0.1:8001';
const tcp: AdminListenConfig = { address, tls: null, tokens: [a, b] };
const mutual: AdminListenConfig = { address, tls, tokens: [] };
const socket: AdminListenConfig = { address: 'unix:/s', tls: null, tokens: [] };

function by(...tokens: AdminTokenConfig[]): Access {
  return { by: 'token', tokens };
}

/** Who is let in after each of the configurations that came. */
function follow(started: AdminListenConfig, ...reloads: (AdminListenConfig | null)[]) {
  const access = new AdminAccess(started);
  return reloads.map((configured) => access.takeOver(configured));
}

describe('a listener lets in', () => {
  it.each<[string, AdminListenConfig, Access]>([
    ['who has a token', tcp, by(a, b)],
    ['who opens the socket', socket, { by: 'socket' }],
    ['who brings a certificate', mutual, { by: 'certificate' }],
    ['who has a token, on a socket as well', { ...socket, tokens: [a] }, by(a)],
    ['who has a token, with a certificate as well', { ...mutual, tokens: [a] }, by(a)],
    ['nobody by a certificate that nobody checks', { ...mutual, tls: null }, by()],
    [
      'nobody by TLS without authorities of clients',
      { ...mutual, tls: { ...tls, clientCaFile: null } },
      by(),
    ],
  ])('%s', (_, started, access) => {
    expect(follow(started, started)).toEqual([access]);
  });
});

describe('a reload', () => {
  it('brings new tokens to the same listener', () => {
    expect(follow(tcp, { ...tcp, tokens: [c] })).toEqual([by(c)]);
    expect(follow(socket, { ...socket, tokens: [c] }, socket)).toEqual([by(c), { by: 'socket' }]);
    expect(follow(mutual, { ...mutual, tokens: [c] }, mutual)).toEqual([
      by(c),
      { by: 'certificate' },
    ]);
  });

  it.each<[string, AdminListenConfig]>([
    ['a socket', socket],
    ['certificates', mutual],
    ['another address', { ...socket, address: 'unix:/t' }],
  ])(
    'takes all tokens away, where it is to need none by %s, and lets nobody in',
    (_, configured) => {
      expect(follow(tcp, configured, configured, tcp)).toEqual([by(), by(), by(a, b)]);
    },
  );

  it.each<[string, Partial<AdminListenConfig>]>([
    ['another address', { address: '127.0.0.1:8002' }],
    ['TLS', { tls }],
  ])('brings no new token for %s, and takes those away that it does not have', (_, change) => {
    expect(follow(tcp, { ...tcp, ...change, tokens: [b, c] })).toEqual([by(b)]);
    expect(follow(tcp, { ...tcp, ...change, tokens: [c] })).toEqual([by()]);
  });

  it('takes a token away that is to have another role, where it is for another listener', () => {
    const tokens = [{ ...a, role: 'read' } as const, b];

    expect(follow(tcp, { ...tcp, tls, tokens })).toEqual([by(b)]);
  });

  it('leaves a socket or a certificate what it was', () => {
    expect(follow(socket, tcp)).toEqual([{ by: 'socket' }]);
    expect(follow(mutual, { ...mutual, tls: { ...tls, certFile: '/d' } })).toEqual([
      { by: 'certificate' },
    ]);
  });

  it('without the section lets nobody in, until it is back for this listener', () => {
    expect(follow(tcp, null, socket, mutual, tcp)).toEqual([by(), by(), by(), by(a, b)]);
  });
});
