import { startPostern, type RunningPostern } from '../../support/postern.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import { runCommand, type CommandResult } from '../app/run-command.ts';
import { startCommand, type StartedCommand } from './start-command.ts';

export const tokens = {
  admin: 'the-token-of-admin',
  board: 'the-token-of-board',
  portal: 'the-token-of-portal',
};

/** A Postern with an Admin API over a Redis, and the command line to administrate it by. */
export interface Administrated {
  readonly url: string;
  readonly postern: RunningPostern;
  /** `postern <args>` with the administrator's token. */
  run(...args: readonly string[]): Promise<CommandResult>;
  /** The same with `-o json`; throws where it does not end with 0. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- what is printed is untyped
  json(...args: readonly string[]): Promise<any>;
  runWith(
    options: { readonly token?: string; readonly input?: string },
    ...args: readonly string[]
  ): Promise<CommandResult>;
  /** One that runs until it is told to end. */
  start(...args: readonly string[]): StartedCommand;
  stop(): Promise<void>;
}

const services = [
  { name: 'orders', identity_providers: ['idp'], registration: { display_name: 'Orders API' } },
  { name: 'stock', identity_providers: ['idp'], registration: { display_name: 'Stock API' } },
];

const admin = {
  tokens: [
    { name: 'chief', role: 'admin', token: tokens.admin },
    { name: 'board', role: 'read', token: tokens.board },
    { name: 'portal', role: 'requester', token: tokens.portal },
  ],
};

/** `listen.admin` and the store of {@link configOf}. */
export function configOf(redis: TestRedis, listen: object = admin) {
  return {
    listen: {
      grpc: { address: '127.0.0.1:0' },
      ops: { address: '127.0.0.1:0' },
      admin: { address: '127.0.0.1:0', ...listen },
    },
    store: { redis: { url: redis.url, key_prefix: redis.keyPrefix } },
    identity_providers: [
      { name: 'idp', issuer: 'https://idp.invalid', audience_required: ['api'] },
    ],
    services,
    drain_delay: '0ms',
  };
}

export async function startAdministrated(): Promise<Administrated> {
  const redis = await startRedis();
  const postern = await startPostern({ config: configOf(redis) });
  const listening = await postern.untilLine(({ msg }) => msg === 'listening');
  const url = `http://${String(listening['admin'])}`;
  const runWith: Administrated['runWith'] = ({ token = tokens.admin, input = '' }, ...args) =>
    runCommand(args, { env: { POSTERN_ADMIN_ADDR: url, POSTERN_ADMIN_TOKEN: token }, input });
  return {
    url,
    postern,
    runWith,
    run: (...args) => runWith({}, ...args),
    start: (...args) =>
      startCommand(args, { POSTERN_ADMIN_ADDR: url, POSTERN_ADMIN_TOKEN: tokens.admin }),
    async json(...args) {
      const { code, out, err } = await runWith({}, ...args, '-o', 'json');
      if (code !== 0)
        throw new Error(`postern ${args.join(' ')} ended with ${String(code)}: ${err}`);
      return JSON.parse(out);
    },
    async stop() {
      await postern.stop();
      await redis.stop();
    },
  };
}
