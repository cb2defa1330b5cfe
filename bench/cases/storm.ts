import type { Bench, BenchCase, CaseResult } from '../lib/bench-case.ts';
import { writeConsumersYaml } from '../lib/consumers.ts';
import { callTimes, countTokens, repeatRequest, repeatToken, type LoadBase } from '../lib/loads.ts';
import { runChecked } from '../lib/measure.ts';
import { basicHeader, opaqueToken } from '../lib/credentials.ts';
import { startProvider, type Provider } from '../lib/provider.ts';
import { startPostern } from '../lib/servers.ts';
import { formatWhole } from '../lib/format.ts';

/** Long enough for all requests of a storm to be waiting for the same call. */
const providerMs = 100;

const services = ['orders', 'pairs'] as const;

/** How often the provider is asked when many requests bring few new tokens, or one new pair. */
export const storm: BenchCase = {
  name: 'storm',
  async run(bench) {
    const provider = await startProvider();
    const postern = await startPostern({
      core: bench.pinning.server,
      issuer: provider.issuer,
      store: { file: { path: 'consumers.yaml' } },
      consumers: writeConsumersYaml(1000, { services }),
      services,
    });
    try {
      return await countCalls(bench, provider, postern.address);
    } finally {
      await postern.stop();
      await provider.stop();
    }
  },
};

async function countCalls(bench: Bench, provider: Provider, address: string): Promise<CaseResult> {
  // Connections to the provider, discovery and the compiler are not what is counted.
  await runChecked(bench.driver, callTimes(countTokens(address, 'good', { count: 20 }), 200, 20));
  provider.delay(providerMs);
  const calls = async (load: LoadBase, requests: number, inFlight: number): Promise<number> => {
    const before = provider.calls();
    await runChecked(bench.driver, callTimes(load, requests, inFlight));
    return provider.calls() - before;
  };
  const one = await calls(repeatToken(address, opaqueToken('good', 500)), 50, 50);
  const five = await calls(repeatToken(address, opaqueToken('good', 501)), 500, 500);
  const many = await calls(countTokens(address, 'good', { from: 600, count: 100 }), 10_000, 50);
  const caller = { service: 'pairs', authorization: basicHeader(700) } as const;
  const pair = await calls(repeatRequest(address, caller), 50, 50);
  const bar = (what: string, limit: number, measured: number) => ({
    what,
    limit,
    measured,
    unit: '',
  });
  return {
    title: 'New tokens and pairs that come in crowds: calls to the provider',
    tables: [
      {
        head: ['requests', 'credentials', 'calls to the provider'],
        rows: [
          ['50 at once', '1 token', formatWhole(one)],
          ['500 at once', '1 token', formatWhole(five)],
          ['10,000, 50 at a time', '100 tokens', formatWhole(many)],
          ['50 at once', '1 pair (Basic)', formatWhole(pair)],
        ],
      },
    ],
    bars: [
      bar('provider calls for 50 simultaneous requests of one new token', 1, one),
      bar('provider calls for 10,000 requests with 100 new tokens', 100, many),
      bar('token calls for 50 simultaneous requests with one new Basic header', 1, pair),
    ],
    notes: [`The provider takes ${String(providerMs)} ms per call; every request is allowed.`],
  };
}
