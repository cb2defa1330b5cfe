import { describe, expect, it } from '@jest/globals';
import {
  decodeContent,
  encodeContent,
  type SessionContent,
} from '../../../src/session/session-content.ts';

const content: SessionContent = {
  service: 'orders',
  provider: 'okta',
  issuer: 'https://idp.example.com',
  openedBy: 'bearer',
  credentialIdentifier: null,
  claimSet: 'abc',
  claims: { cid: 'app' },
  openedAt: 1,
  issuedAt: 2,
  tokenExpiresAt: null,
  tokenHash: 'hash',
  jti: null,
  tokenIssuedAt: 1,
};
const written = JSON.parse(encodeContent(content)) as Record<string, unknown>;

describe('the content of a session', () => {
  it.each<SessionContent>([
    content,
    { ...content, credentialIdentifier: 'id', tokenExpiresAt: 3.5, jti: 'j', tokenIssuedAt: null },
  ])('is read as it was written', (given) => {
    expect(decodeContent(encodeContent(given))).toEqual(given);
  });

  it.each(Object.keys(written))('is not read without %s', (name) => {
    expect(decodeContent(JSON.stringify({ ...written, [name]: undefined }))).toBeNull();
  });

  it.each<[string, unknown]>([
    ['v', 1],
    ['v', '1'],
    ['svc', null],
    ['idp', 1],
    ['iss', []],
    ['via', 'session'],
    ['via', 'toString'],
    ['via', null],
    ['cid', 1],
    ['set', {}],
    ['claims', null],
    ['claims', []],
    ['claims', 'cid'],
    ['opened', '1'],
    ['issued', null],
    ['exp', '1'],
    ['hash', null],
    ['jti', 1],
    ['iat', '1'],
  ])('is not read where %s is %j', (name, value) => {
    expect(decodeContent(JSON.stringify({ ...written, [name]: value }))).toBeNull();
  });

  it.each([
    '',
    'null',
    '1',
    '"x"',
    '[]',
    '{',
    encodeContent(content).replace('"opened":1', '"opened":1e999'),
  ])('is not read from %s', (text) => {
    expect(decodeContent(text)).toBeNull();
  });
});
