import type { Clock } from '../lib/clock.ts';
import type { Provider } from '../oauth/provider.ts';
import type { ExaminedEndpoint } from '../oauth/examine-endpoints.ts';
import type { Finding } from './finding.ts';

const timeoutMs = 10_000;
/** `Date` has whole seconds, and the answer was on its way. */
const fineSkewMs = 3_000;
const badSkewMs = 30_000;

/** Discovery and keys, each endpoint, and the clocks. */
export async function examineProvider(
  provider: Pick<Provider, 'name' | 'start' | 'status' | 'examine'>,
  clock: Clock,
): Promise<readonly Finding[]> {
  const area = `identity provider ${provider.name}`;
  await provider.start();
  const status = provider.status();
  const first: Finding =
    status.status === 'ready'
      ? { area, state: 'ok', text: 'discovery and keys are there', advice: null }
      : {
          area,
          state: 'fail',
          text: status.reason,
          advice:
            'compare issuer with the provider’s page in docs/providers; look at TLS and proxies',
        };
  const endpoints = await provider.examine(AbortSignal.timeout(timeoutMs));
  return [
    first,
    ...endpoints.map((endpoint) => describeEndpoint(area, endpoint)),
    ...describeClocks(area, endpoints, clock.now()),
  ];
}

function describeEndpoint(area: string, { name, url, status, fault }: ExaminedEndpoint): Finding {
  if (status === null) {
    const advice = 'look at the network, at TLS and at proxies between here and there';
    return { area, state: 'fail', text: `${name} at ${url}: ${fault ?? 'no answer'}`, advice };
  }
  const text = `${name} at ${url} answers (${String(status)})`;
  if (name === 'jwks' && status !== 200) {
    const advice =
      'compare jwks_uri with what the provider says: without keys no token is accepted';
    return { area, state: 'fail', text, advice };
  }
  if (status >= 500) return { area, state: 'warn', text, advice: 'ask whoever runs it' };
  if (name === 'jwks' || !isElsewhere(status)) return { area, state: 'ok', text, advice: null };
  const advice = `compare endpoints.${name} with what the provider says: the right one answers an empty form with 400 or 401`;
  return { area, state: 'warn', text, advice };
}

/** No endpoint of OAuth answers a POST so: Postern follows no redirect. */
function isElsewhere(status: number): boolean {
  return status === 404 || status === 405 || status === 410 || (status >= 300 && status < 400);
}

function describeClocks(
  area: string,
  endpoints: readonly ExaminedEndpoint[],
  now: number,
): Finding[] {
  const [date] = endpoints.flatMap((endpoint) => endpoint.date ?? []);
  if (date === undefined) return [];
  const skewMs = date - now;
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  if (Math.abs(skewMs) <= fineSkewMs) {
    return [{ area, state: 'ok', text: 'its clock and this one agree', advice: null }];
  }
  return [
    {
      area,
      state: Math.abs(skewMs) > badSkewMs ? 'fail' : 'warn',
      text: `its clock is ${String(seconds)} s ${skewMs > 0 ? 'ahead of' : 'behind'} this one`,
      advice: 'synchronise this host (NTP); leeway of the provider bridges a few seconds',
    },
  ];
}
