import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { createCertificateThumbprint } from '../../../../src/oauth/proof/certificate-thumbprint.ts';

/** Two self-signed certificates that nobody uses. */
const one = `-----BEGIN CERTIFICATE-----
MIIBeTCCAR+gAwIBAgIUEwpJvvcD0TVbBldIWSxFfaWZ6o0wCgYIKoZIzj0EAwIw
EjEQMA4GA1UEAwwHYXBwLU9ORTAeFw0yNjExMjMyMjU5MjdaFw0zNjExMjAyMjU5
MjdaMBIxEDAOBgNVBAMMB2FwcC1PTkUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
AATBICLkASuJYIM9HNJeNFFqCawOmqq+mwVHqU9q3pnumJbfrxLY26tNChivVtOO
WO17az/EgmgJig4LgmNmi3FEo1MwUTAdBgNVHQ4EFgQULBlfLbp5oH6whdEP0GO7
EtYG0L0wHwYDVR0jBBgwFoAULBlfLbp5oH6whdEP0GO7EtYG0L0wDwYDVR0TAQH/
BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiAnKYCeXUanTZ4Hy5Fl5jfhB798zEf3
I1voPYIZarOAyAIhAMXm66aHUHmAFEYkkWnk+s7vIKJFZDsIrX4x4ktMnc2w
-----END CERTIFICATE-----
`;
const other = `-----BEGIN CERTIFICATE-----
MIIBeTCCAR+gAwIBAgIUHjxmk4a0GEkLcestfB8G4XK1NOQwCgYIKoZIzj0EAwIw
EjEQMA4GA1UEAwwHYXBwLVRXTzAeFw0yNjExMjMyMjU5MjhaFw0zNjExMjAyMjU5
MjhaMBIxEDAOBgNVBAMMB2FwcC1UV08wWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
AAQQPuwslkMFwhjrsI1kF7/N8lOz3C+5VnsBS/Zb/cyrdWr5JEkHgALkCfqx6XuH
yGud/pPwJU+h3X4dFc8zwMU8o1MwUTAdBgNVHQ4EFgQUh8daFyjMfbTn6CUTkpWp
kYsvC/cwHwYDVR0jBBgwFoAUh8daFyjMfbTn6CUTkpWpkYsvC/cwDwYDVR0TAQH/
BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEAiWqfB8+o1cXthmx+M4TDi0syPWln
SNu3nDZonZVzXJECIEaKQ6q2vOYde8ZqLp3f+YC+rudMBwJV3Jkv2u79YpLk
-----END CERTIFICATE-----
`;

/** RFC 8705 section 3.1, by another road than the code takes. */
function expected(pem: string): string {
  const der = Buffer.from(pem.replaceAll(/-----.*-----|\n/g, ''), 'base64');
  return createHash('sha256').update(der).digest('base64url');
}

/** As Envoy writes `source.certificate`. */
const encode = (pem: string) => encodeURIComponent(pem);

describe('certificateThumbprint', () => {
  const thumbprintOf = createCertificateThumbprint();

  it('hashes the DER form of a URL-encoded certificate, each time alike', () => {
    expect(thumbprintOf(encode(one))).toBe(expected(one));
    expect(thumbprintOf(encode(one))).toBe(expected(one));
    expect(thumbprintOf(encode(other))).toBe(expected(other));
  });

  it('takes the first certificate of a chain', () => {
    expect(thumbprintOf(encode(one + other))).toBe(expected(one));
  });

  it('does not care how the lines are broken', () => {
    expect(thumbprintOf(encode(one.replaceAll('\n', '\r\n')))).toBe(expected(one));
  });

  it.each([
    ['nothing', ''],
    ['broken percent-encoding', `${encode(one)}%E0%A4`],
    ['no certificate', 'certificate'],
    ['a key', encode('-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n')],
    ['an empty certificate', encode('-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n')],
    ['a cut certificate', encode(one.slice(0, 200))],
    ['a spoilt certificate', encode(one.replace('MII', 'AII'))],
  ])('finds none in %s', (_name, text) => {
    expect(thumbprintOf(text)).toBeNull();
  });
});
