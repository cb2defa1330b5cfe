import { FakeProvider } from '../../support/fake-provider.ts';
import type { HeaderLines, HttpCall } from '../../support/http-caller.ts';
import { describeProvider } from '../../support/world-config.ts';
import { startWorld, type World } from '../../support/world.ts';
import { permitHeaders } from './stage.ts';

/** Media types of bodies that a token may stand in. */
export const form = 'application/x-www-form-urlencoded';
export const json = 'application/json';

/** A world with a Service for each place that a token may stand in. */
export interface PlaceRig {
  readonly world: World;
  readonly jwt: string;
  /** The text with the token in place of each `$`. */
  fill(text: string): string;
  fillLines(lines: HeaderLines): [string, string][];
  /** A body of that type, filled. */
  post(service: string, type: string, body: string): HttpCall;
  reasonOf(call: HttpCall): Promise<unknown>;
  stop(): Promise<void>;
}

const plain = { identity_providers: ['idp'] };
const cookieNamed = { bearer_token_cookie_name: 'token' };
const headersNamed = { bearer_token_header_names: ['authorization', 'X-Api-Token'] };
const from = (...places: string[]) => ({ bearer_token_param_type: places });
const kept = { hide_credentials: false };

const services = [
  { ...plain, name: 'default' },
  { ...plain, name: 'named', ...headersNamed },
  { ...plain, name: 'only-named', bearer_token_header_names: ['X-Api-Token'] },
  { ...plain, name: 'query', ...from('query') },
  { ...plain, name: 'query-named', ...from('query'), bearer_token_param_name: 'jwt' },
  { ...plain, name: 'cookie', ...from('cookie'), ...cookieNamed },
  { ...plain, name: 'body', ...from('body'), ...kept },
  {
    ...plain,
    name: 'everywhere',
    ...from('header', 'query', 'cookie', 'body'),
    ...cookieNamed,
    ...headersNamed,
    ...kept,
  },
  { ...plain, name: 'kept', ...from('header', 'query', 'cookie'), ...cookieNamed, ...kept },
];

/** Starts it; `requestBody` says how much of bodies Envoy hands over. */
export async function startPlaceRig(requestBody: {
  readonly maxBytes: number;
  readonly allowPartial?: boolean;
  readonly packAsBytes?: boolean;
}): Promise<PlaceRig> {
  const idp = await FakeProvider.start();
  const world = await startWorld({
    identityProviders: [describeProvider('idp', idp.issuer)],
    services,
    consumers: [{ custom_id: 'client-1' }],
    envoy: { ...permitHeaders('x-api-token'), requestBody },
  });
  const jwt = await idp.sign();
  const fill = (text: string) => text.replaceAll('$', () => jwt);
  return {
    world,
    jwt,
    fill,
    fillLines: (lines) => lines.map(([name, value]) => [name, fill(value)]),
    post: (service, type, body) => ({
      path: `/${service}/`,
      method: 'POST',
      headers: { 'content-type': type },
      body: fill(body),
    }),
    reasonOf: async (call) => (await world.call(call)).line['reason'],
    async stop() {
      await world.stop();
      await idp.close();
    },
  };
}
