import { describe, expect, it } from '@jest/globals';
import { readAdminAddress } from '../../../../src/cli/admin-client/read-admin-address.ts';

describe('readAdminAddress', () => {
  it.each([
    ['http://127.0.0.1:8001', { origin: 'http://127.0.0.1:8001', isTls: false, isExposed: false }],
    ['http://127.0.0.1:8001/', { basePath: '', socketPath: null }],
    ['127.0.0.1:8001', { origin: 'http://127.0.0.1:8001', isExposed: false }],
    ['localhost:8001', { origin: 'http://localhost:8001', isExposed: false }],
    ['[::1]:8001', { origin: 'http://[::1]:8001', isExposed: false }],
    ['http://postern:8001', { isExposed: true }],
    ['http://127.evil.example:8001', { isExposed: true }],
    ['http://localhost.example:8001', { isExposed: true }],
    ['HTTPS://postern.example/admin/', { basePath: '/admin', isTls: true, isExposed: false }],
    ['unix:/run/postern/admin.sock', { socketPath: '/run/postern/admin.sock', isExposed: false }],
    ['unix:///run/admin.sock', { socketPath: '/run/admin.sock' }],
  ])('reads %s', (text, address) => {
    expect(readAdminAddress(text)).toMatchObject({ ok: true, value: { ...address, text } });
  });

  it.each([
    ['ftp://127.0.0.1', 'expected http://host:port, https://host:port or unix:/path'],
    ['http://', 'expected http://host:port, https://host:port or unix:/path'],
    ['http://127.0.0.1:8001/?a=b', 'expected http://host:port, https://host:port or unix:/path'],
    ['http://admin:pw@127.0.0.1', 'a URL is no place for credentials: set POSTERN_ADMIN_TOKEN'],
    ['unix:admin.sock', 'expected unix:/path, from the root on'],
  ])('refuses %s', (text, problem) => {
    expect(readAdminAddress(text)).toEqual({ ok: false, stop: problem });
  });
});
