import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../src/lib/clock.ts';
import { CallLimiter } from '../../../src/oauth/call-limiter.ts';
import { CircuitBreaker } from '../../../src/oauth/circuit-breaker.ts';
import type { HttpClient } from '../../../src/oauth/http-client.ts';
import { createIntrospector } from '../../../src/oauth/introspect-token.ts';
import { KeySet } from '../../../src/oauth/key-set.ts';
import { ProviderCalls } from '../../../src/oauth/provider-calls.ts';
import { ProviderMetadata } from '../../../src/oauth/provider-metadata.ts';
import { SourceHistory } from '../../../src/oauth/source-history.ts';
import { optionsOf, recordReport } from '../../integration/oauth/setup.ts';

function introspectorOver(send: HttpClient['send']) {
  const http = { send, close: () => Promise.resolve() };
  const options = optionsOf('https://idp.example', {
    discovery: null,
    endpoints: { token: null, jwks: null, introspection: 'https://idp.example/introspection' },
  });
  const breaker = new CircuitBreaker(systemClock, () => undefined);
  const metadata = new ProviderMetadata(options, { http, clock: systemClock }, null);
  const report = recordReport([]);
  const keys = new KeySet(options, { http, metadata, clock: systemClock, report }, null);
  const limiter = new CallLimiter(options.maxConcurrentCalls);
  const history = new SourceHistory(systemClock);
  const calls = new ProviderCalls({ limiter, history, breaker, isFailing: () => false });
  const deps = { http, metadata, keys, calls, clock: systemClock };
  return { breaker, introspect: createIntrospector(options, deps) };
}

describe('createIntrospector', () => {
  it('ends a visit whose call throws, so that its source is none the less believed', async () => {
    let send: HttpClient['send'] = () => Promise.reject(new TypeError('a fault of ours'));
    const { breaker, introspect } = introspectorOver((...sent) => send(...sent));
    const sources = Array.from({ length: 10 }, (_, index) => `source-${index}`);
    for (const source of sources) {
      await expect(introspect({ token: 'x', source }, 'proof')).rejects.toThrow();
    }

    send = () => Promise.resolve(new Response(null, { status: 500 }));
    for (const source of sources) await introspect({ token: 'x', source }, 'proof');

    expect(breaker.state).toBe('open');
  });
});
