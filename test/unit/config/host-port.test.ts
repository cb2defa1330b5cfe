import { describe, expect, it } from '@jest/globals';
import { isLoopback, parseHostPort } from '../../../src/config/host-port.ts';
import { maskRedisUrl, parseRedisUrl } from '../../../src/config/redis-url.ts';

describe('parseHostPort', () => {
  it.each([
    ['127.0.0.1:9001', { host: '127.0.0.1', port: 9001 }],
    ['redis-0.redis.svc:6379', { host: 'redis-0.redis.svc', port: 6379 }],
    ['[::1]:0', { host: '::1', port: 0 }],
    ['a:65536', null],
    ['a', null],
    [':80', null],
    ['::1:80', null],
    ['a b:80', null],
    ['http://a:80', null],
  ])('for %s gives %j', (text, expected) => {
    expect(parseHostPort(text)).toEqual(expected);
  });
});

describe('isLoopback', () => {
  it.each([
    ['localhost', true],
    ['LOCALHOST', true],
    ['127.0.0.1', true],
    ['127.8.9.10', true],
    ['[::1]', true],
    ['127.0.0.1.example', false],
    ['localhost.example', false],
    ['0.0.0.0', false],
    ['128.0.0.1', false],
  ])('for %s gives %p', (host, expected) => {
    expect(isLoopback(host)).toBe(expected);
  });
});

const nothing = { tls: false, username: null, password: null, database: null };
const local = { kind: 'single', host: '127.0.0.1', port: 6379 };

describe('parseRedisUrl', () => {
  it.each([
    ['redis://127.0.0.1', { ...nothing, target: local }],
    ['redis://127.0.0.1/', { ...nothing, target: local }],
    ['redis://127.0.0.1:6380/2', { ...nothing, target: { ...local, port: 6380 }, database: 2 }],
    ['rediss://[::1]:6379', { ...nothing, target: { ...local, host: '::1' }, tls: true }],
    ['redis://u:p%40%2F@127.0.0.1', { ...nothing, target: local, username: 'u', password: 'p@/' }],
    ['redis://:p@127.0.0.1', { ...nothing, target: local, password: 'p' }],
    ['unix:/run/redis.sock', { ...nothing, target: { kind: 'socket', path: '/run/redis.sock' } }],
  ])('reads %s', (text, expected) => {
    expect(parseRedisUrl(text)).toEqual(expected);
  });

  it.each([
    ...[
      '',
      'redis:',
      'redis://',
      'http://a',
      '127.0.0.1:6379',
      'redis://a:70000',
      'unix:',
      'unix:redis',
    ],
    ...['redis://a/x', 'redis://a/1/2', 'redis://a?b=c', 'redis://a#b', 'redis://a:%zz@b'],
  ])('refuses %j', (text) => {
    expect(parseRedisUrl(text)).toBeNull();
  });
});

describe('maskRedisUrl', () => {
  it.each([
    ['redis://u:hunter2@a:1/2', 'redis://u:***@a:1/2'],
    ['rediss://:hunter2@a', 'rediss://:***@a'],
    ['redis://hunter2@a', 'redis://***@a'],
    ['redis://hunter2@a:6379', 'redis://***@a:6379'],
    ['redis://u:hun@ter2@a', 'redis://u:***@a'],
    ['redis://a:6379/0', 'redis://a:6379/0'],
    ['unix:/a:b@c', 'unix:/a:b@c'],
  ])('covers the password of %s', (text, masked) => {
    expect(maskRedisUrl(text, '***')).toBe(masked);
  });
});
