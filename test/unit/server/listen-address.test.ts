import { describe, expect, it } from '@jest/globals';
import { formatHostPort, parseListenAddress } from '../../../src/server/listen-address.ts';

describe('a listen address', () => {
  it.each([
    ['127.0.0.1:9001', { kind: 'tcp', host: '127.0.0.1', port: 9001 }],
    ['localhost:0', { kind: 'tcp', host: 'localhost', port: 0 }],
    ['[::1]:65535', { kind: 'tcp', host: '::1', port: 65535 }],
    ['unix:/run/postern.sock', { kind: 'unix', path: '/run/postern.sock' }],
  ])('may be %s', (address, expected) => {
    expect(parseListenAddress(address)).toEqual(expected);
  });

  it.each(['', ':9001', '9001', 'localhost', 'localhost:', 'localhost:65536', '::1:9001', 'unix:'])(
    'may not be "%s"',
    (address) => {
      expect(() => parseListenAddress(address)).toThrow(TypeError);
    },
  );

  it('is written with brackets where the host is IPv6', () => {
    expect(formatHostPort('::1', 1)).toBe('[::1]:1');
    expect(formatHostPort('127.0.0.1', 1)).toBe('127.0.0.1:1');
  });
});
