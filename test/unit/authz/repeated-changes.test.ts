import { describe, expect, it } from '@jest/globals';
import { allow, type Allowance } from '../../../src/authz/decide.ts';
import { mintPermit } from '../../../src/authz/permit.ts';
import { startTrail } from '../../../src/authz/trail.ts';
import { consumerOf, headersOf, policyOf, requestOf, tokenOf } from '../../support/builders.ts';

const consumer = consumerOf();
const policy = policyOf({ hideCredentials: true });
const subject = {
  consumer,
  anonymous: false,
  credentialIdentifier: 'user-7',
  authenticatedGroups: null,
};
const groups = { header: 'consumer', value: 'gold', names: new Set(['gold']) } as const;
const trail = { ...startTrail(), consumer, token: tokenOf(), clientId: 'app-7' };
const used = {
  kind: 'token',
  scheme: 'bearer',
  token: 't',
  place: { kind: 'header', name: 'authorization' },
} as const;

/** A request as Envoy sends the next one: everything of it is new, but for what is known here. */
function next(more: Partial<Allowance> = {}): Allowance {
  const permit = mintPermit('allowed', { ...subject }, { ...groups });
  return { request: requestOf(), policy, permit, used: { ...used }, trail: { ...trail }, ...more };
}

function permitOf(changes: Partial<typeof subject> = {}, value = 'gold') {
  return mintPermit('allowed', { ...subject, ...changes }, { ...groups, value });
}

describe('the changes of a request', () => {
  it('are the same object for the same caller, though each has a permit of its own', () => {
    const [one, other] = [allow(next()), allow(next())];

    expect(one).toMatchObject({ repeats: true });
    expect(other.headers).toBe(one.headers);
    expect(other.permit).not.toBe(one.permit);
  });

  it.each<[string, Partial<Allowance>]>([
    ['another Consumer', { permit: permitOf({ consumer: consumerOf({ id: 'another' }) }) }],
    ['the same Consumer, changed', { permit: permitOf({ consumer: { ...consumer } }) }],
    ['another user', { permit: permitOf({ credentialIdentifier: 'user-8' }) }],
    ['other groups', { permit: permitOf({}, 'silver') }],
    ['no groups header', { permit: mintPermit('allowed', subject, { header: 'none' }) }],
    ['another Service', { policy: policyOf({ service: 'payments' }) }],
    ['another client id', { trail: { ...trail, clientId: 'app-8' } }],
    ['another issuer', { trail: { ...trail, token: { ...tokenOf(), issuer: 'https://other' } } }],
    ['another method', { trail: { ...trail, token: { ...tokenOf(), method: 'introspection' } } }],
    ['another header', { used: { ...used, place: { kind: 'header', name: 'x-token' } } }],
  ])('are others for %s', (_, more) => {
    const one = allow(next());

    const other = allow(next(more));

    expect(other.repeats).toBe(true);
    expect(other.headers).not.toBe(one.headers);
    expect(allow(next()).headers).toEqual(one.headers);
  });

  it.each<[string, Partial<Allowance>]>([
    ['a header that a caller must not bring', { request: withHeader('x_consumer-id', 'x') }],
    ['a cookie for the client', { responseHeaders: [['set-cookie', 'a=b']] }],
    ['a token for the upstream', { accessToken: 'fetched' }],
    ['a credential in the query', { used: { ...used, place: { kind: 'query', names: ['t'] } } }],
    ['a proof beside the token', { used: { ...used, scheme: 'dpop' } }],
    ['the anonymous Consumer', { permit: permitOf({ anonymous: true }) }],
    ['nobody', { permit: mintPermit('route_open', null, { header: 'none' }) }],
    ['no Consumer', { permit: mintPermit('allowed', { ...subject, consumer: null }, groups) }],
  ])('are of one request alone with %s', (_, more) => {
    expect(allow(next(more)).repeats).toBe(false);
  });

  it('are remembered for few circumstances of one Consumer', () => {
    const { headers } = allow(next());
    for (let user = 0; user < 20; user += 1) {
      allow(next({ permit: permitOf({ credentialIdentifier: `one of many ${String(user)}` }) }));
    }

    expect(allow(next()).headers).not.toBe(headers);
    expect(allow(next()).headers).toEqual(headers);
  });
});

function withHeader(name: string, value: string) {
  return requestOf({ headers: headersOf([name, value]) });
}
