import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../../src/lib/clock.ts';
import { CallLimiter } from '../../../../src/oauth/call-limiter.ts';
import { CircuitBreaker } from '../../../../src/oauth/circuit-breaker.ts';
import { createPairExchanger } from '../../../../src/oauth/grants/exchange-pair.ts';
import type { HttpClient, HttpRequest } from '../../../../src/oauth/http-client.ts';
import { ProviderCalls } from '../../../../src/oauth/provider-calls.ts';
import { ProviderMetadata } from '../../../../src/oauth/provider-metadata.ts';
import { SourceHistory } from '../../../../src/oauth/source-history.ts';
import { optionsOf } from '../../../integration/oauth/setup.ts';
import { grantOf } from '../../../support/builders.ts';

const issuer = 'https://idp.example';

function exchangerOver(send: HttpClient['send']) {
  const http = { send, close: () => Promise.resolve() };
  const options = optionsOf(issuer, {
    discovery: null,
    endpoints: { token: `${issuer}/token`, jwks: null, introspection: null },
  });
  const calls = new ProviderCalls({
    limiter: new CallLimiter(1),
    history: new SourceHistory(systemClock),
    breaker: new CircuitBreaker(systemClock, () => undefined),
    isFailing: () => false,
  });
  const metadata = new ProviderMetadata(options, { http, clock: systemClock }, null);
  return createPairExchanger(options, { http, metadata, calls });
}

describe('the exchange of a pair with two readings', () => {
  it('has one deadline for both', async () => {
    const sent: HttpRequest[] = [];
    const exchange = exchangerOver((_operation, _url, request) => {
      sent.push(request);
      return Promise.resolve(Response.json({ error: 'invalid_client' }, { status: 401 }));
    });
    const pair = { id: 'app%3A1', secret: 'x' };
    await exchange({ pair, alternative: { id: 'app:1', secret: 'x' }, source: 'x' }, grantOf());

    expect(sent).toHaveLength(2);
    expect(sent[1]?.signal).toBe(sent[0]?.signal);
  });
});
