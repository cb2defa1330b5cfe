import { describe, expect, it } from '@jest/globals';
import { discoveryUrls, isUsableUrl } from '../../../src/oauth/discovery-urls.ts';

describe('discoveryUrls', () => {
  it('are two for an issuer without a path', () => {
    for (const issuer of ['https://idp.example', 'https://idp.example/']) {
      expect(discoveryUrls(issuer)).toEqual([
        'https://idp.example/.well-known/openid-configuration',
        'https://idp.example/.well-known/oauth-authorization-server',
      ]);
    }
  });

  it('are appended and inserted for an issuer with a path', () => {
    expect(discoveryUrls('https://idp.example:8443/realms/a/')).toEqual([
      'https://idp.example:8443/realms/a/.well-known/openid-configuration',
      'https://idp.example:8443/.well-known/oauth-authorization-server/realms/a',
      'https://idp.example:8443/.well-known/openid-configuration/realms/a',
      'https://idp.example:8443/realms/a/.well-known/oauth-authorization-server',
    ]);
  });
});

describe('isUsableUrl', () => {
  it.each([
    ['https://idp.example/jwks', false, true],
    ['http://idp.example/jwks', false, false],
    ['http://idp.example/jwks', true, true],
    ['http://127.0.0.1:80/jwks', false, true],
    ['http://localhost/jwks', false, true],
    ['http://[::1]/jwks', false, true],
    ['http://127.0.0.1.evil.example/jwks', false, false],
    ['http://localhost.evil.example/jwks', false, false],
    ['ftp://127.0.0.1/jwks', true, false],
    ['file:///etc/passwd', true, false],
    ['/jwks', true, false],
    ['', true, false],
  ])('of %s with allow_insecure %s is %s', (url, allowInsecure, expected) => {
    expect(isUsableUrl(url, allowInsecure)).toBe(expected);
  });
});
