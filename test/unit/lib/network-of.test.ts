import { describe, expect, it } from '@jest/globals';
import { networkOf } from '../../../src/lib/network-of.ts';

describe('networkOf', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:DB8:1:2::6', '2001:db8:1:2'],
    ['2001:db8::6', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['fe80::', 'fe80:0:0:0'],
    ['/run/envoy.sock', '/run/envoy.sock'],
    ['', ''],
  ])('%j is of %j', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
