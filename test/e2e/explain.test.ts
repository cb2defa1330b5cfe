import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Explanation } from '../../src/authz/explain/explanation.ts';
import { runCommand } from '../integration/app/run-command.ts';
import { FakeProvider } from '../support/fake-provider.ts';
import { readLines, type HttpCall } from '../support/http-caller.ts';
import { createKeyProof } from '../support/oidc-dpop.ts';
import { deadPort } from '../support/ports.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { startWorld, type World } from '../support/world.ts';
import { reasonRows } from './reason-rows.ts';
import { reasonWorld } from './reason-world.ts';

jest.setTimeout(60_000);

/**
 * The first two befall a request before it is judged, which a dry run does not go through; the third
 * revokes a token that others of that second are equal to.
 */
const notJudged = ['overloaded', 'deadline_exceeded', 'token_revoked'];
const rows = Object.entries(reasonRows).filter(([reason]) => !notJudged.includes(reason));

const roles = ['admin', 'approver', 'read', 'requester'];
const sealed = {
  name: 'sealed',
  identity_providers: ['idp'],
  auth_methods: ['bearer', 'session'],
  session: { logout: { path: '/sealed/logout', methods: ['POST'] } },
};
const bound = {
  name: 'bound',
  identity_providers: ['idp'],
  public_url: 'https://orders.example.com/bound/',
  proof_of_possession_dpop: 'optional',
};

let idp: FakeProvider;
let slow: FakeProvider;
let redis: TestRedis;
let world: World;
let adminAddress: string;

beforeAll(async () => {
  [idp, slow, redis] = await Promise.all([
    FakeProvider.start(),
    FakeProvider.start(),
    startRedis(),
  ]);
  const options = reasonWorld({ idp, slow }, `http://127.0.0.1:${deadPort}`);
  const tokens = roles.map((role) => ({ name: role, role, token: `${role}-of-this-world` }));
  world = await startWorld({
    ...options,
    services: [...options.services, sealed, bound],
    redis,
    config: {
      listen: {
        grpc: { address: '127.0.0.1:0' },
        ops: { address: '127.0.0.1:0' },
        admin: { address: '127.0.0.1:0', tokens },
      },
    },
  });
  const listening = await world.postern.untilLine(({ msg }) => msg === 'listening');
  adminAddress = `http://${String(listening['admin'])}`;
});

afterAll(async () => {
  await world.stop();
  await Promise.all([idp.close(), slow.close(), redis.stop()]);
});

/** The Service and Route that Envoy's routes of this world name for a path. */
function readNames(path: string): { readonly service?: string; readonly route?: string } {
  const [, service, route = ''] = path.split('/');
  if (service === undefined || service === '') return {};
  return route === 'open' ? { service, route } : { service };
}

function questionOf({ path = '/', method = 'GET', headers = [] }: HttpCall) {
  const byName: Record<string, string[]> = {};
  for (const [name, value] of readLines(headers)) (byName[name] ??= []).push(value);
  return { ...readNames(path), path, method, headers: byName };
}

async function ask(question: object, role = 'read') {
  const response = await fetch(`${adminAddress}/check`, {
    method: 'POST',
    headers: { 'kong-admin-token': `${role}-of-this-world`, 'content-type': 'application/json' },
    body: JSON.stringify(question),
  });
  return { status: response.status, explained: (await response.json()) as Explanation };
}

async function explain(call: HttpCall): Promise<Explanation> {
  const { status, explained } = await ask(questionOf(call));
  expect(status).toBe(200);
  return explained;
}

function argumentsOf(call: HttpCall): string[] {
  const { service, route, path, method } = questionOf(call);
  return [
    ...(service === undefined ? [] : ['--service', service]),
    ...(route === undefined ? [] : ['--route', route]),
    ...['--path', path, '--method', method],
  ];
}

function inputOf(call: HttpCall): string {
  return readLines(call.headers)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('');
}

function secretsOf(call: HttpCall): string[] {
  return readLines(call.headers)
    .flatMap(([, value]) => value.split(/[ ;=,]/))
    .filter((part) => part.length > 8 && !part.startsWith('__Host-'));
}

describe('POST /check', () => {
  it.each(rows)('tells of %s what Envoy would be told', async (reason, row) => {
    const call = await row.call({ world, idp, slow, redis });
    const counted = await world.metric('postern_check_requests_total');
    const printed = world.postern.output().length;

    const explained = await explain(call);

    expect(explained).toMatchObject({ decision: row.decision, reason, service: row.service });
    expect(explained.http_status).toBe(row.answer?.status ?? 200);
    expect(explained.message).toBe(row.answer?.message ?? null);
    expect(explained.advice === null).toBe(row.decision === 'allow');
    const failed = explained.steps.filter(({ outcome }) => outcome === 'failed');
    expect(failed.length > 0).toBe(row.decision !== 'allow');
    expect(await world.metric('postern_check_requests_total')).toBe(counted);
    const log = world.postern.output().slice(printed);
    expect(log).not.toContain('"decision"');
    for (const secret of secretsOf(call)) {
      expect(JSON.stringify(explained)).not.toContain(secret);
      expect(log).not.toContain(secret);
    }
    const outcome = await world.call(call);
    expect(outcome.line).toMatchObject({ decision: row.decision, reason });
  });

  it('is for whoever may see everything', async () => {
    const statuses = await Promise.all(roles.map(async (role) => (await ask({}, role)).status));

    expect(statuses).toEqual([200, 200, 200, 403]);
  });

  it('refuses what is no request, and repeats nothing of it', async () => {
    const { status, explained } = await ask({
      headers: { authorization: 'Bearer canary-of-a-token\r\nx: y' },
      methode: 'GET',
    });

    expect(status).toBe(400);
    expect(JSON.stringify(explained)).toContain('methode');
    expect(JSON.stringify(explained)).not.toContain('canary');
  });

  it('uses no proof up, and knows one that was used', async () => {
    const { thumbprint, prove } = await createKeyProof();
    const token = await idp.sign(idp.claims({ cnf: { jkt: thumbprint } }));
    const proof = await prove({ token, method: 'GET', url: bound.public_url });
    const call = { path: '/bound/', headers: { authorization: `DPoP ${token}`, dpop: proof } };

    const before = [await explain(call), await explain(call)];
    const outcome = await world.call(call);
    const after = await explain(call);

    expect(before.map(({ decision }) => decision)).toEqual(['allow', 'allow']);
    expect(before[0]?.limits).toContain('The DPoP proof was not used up by this.');
    expect(outcome.status).toBe(200);
    expect(after).toMatchObject({
      reason: 'token_proof_invalid',
      detail: 'DPoP proof: replayed',
    });
  });

  it('opens no session in place of a request, and ends none', async () => {
    const token = await idp.sign(idp.claims({ jti: 'for-a-session' }));
    const bring = { path: '/sealed/', headers: { authorization: `Bearer ${token}` } };

    const opening = await explain(bring);
    const [cookie = ''] = (await world.call(bring)).setCookies[0]?.split(';') ?? [];
    const resumed = { path: '/sealed/', headers: { cookie } };
    const ending = await explain({ ...resumed, path: '/sealed/logout', method: 'POST' });
    const resuming = await explain(resumed);

    expect(opening.limits).toEqual(['A real request may get a session cookie; none was made.']);
    expect(cookie).toContain('__Host-postern_session=');
    expect(ending).toMatchObject({ decision: 'answer', reason: 'logout', http_status: 204 });
    expect(resuming).toMatchObject({ decision: 'allow' });
    expect(JSON.stringify([opening, ending, resuming])).not.toContain(cookie.split('=')[1]);
    expect((await world.call(resumed)).status).toBe(200);
  });
});

describe('postern check', () => {
  const told = [
    'allowed',
    'credential_missing',
    'token_expired',
    'token_issuer_mismatch',
    'token_audience_mismatch',
    'scope_insufficient',
    'claim_refused',
    'consumer_unknown',
    'registration_missing',
    'registration_requested',
    'registration_suspended',
    'group_not_allowed',
    'policy_unknown',
    'idp_unavailable',
  ] as const;

  it.each(told)('explains %s by a running Postern and by itself', async (reason) => {
    const row = reasonRows[reason];
    const call = await row.call({ world, idp, slow, redis });
    const args = ['check', ...argumentsOf(call), '--header', '-'];
    const input = inputOf(call);
    const config = `${world.postern.folder}/postern.yaml`;

    const [asked, alone] = await Promise.all([
      runCommand([...args, '--admin-addr', adminAddress, '-o', 'json'], {
        env: { POSTERN_ADMIN_TOKEN: 'approver-of-this-world' },
        input,
      }),
      runCommand(args, { env: { POSTERN_CONFIG: config }, input }),
    ]);

    expect([asked.err, alone.err]).toEqual(['', '']);
    expect([asked.code, alone.code]).toEqual(row.decision === 'allow' ? [0, 0] : [1, 1]);
    expect(JSON.parse(asked.out)).toMatchObject({ decision: row.decision, reason });
    expect(alone.out).toMatch(new RegExp(`^${row.decision}: ${reason}`));
    expect(alone.out).toContain(row.decision === 'allow' ? '✓ headers' : '\nAdvice\n  ');
    expect(alone.out).toContain('Judged by a process of its own');
    for (const secret of secretsOf(call)) expect(asked.out + alone.out).not.toContain(secret);
  });

  it('names the command that mends a registration', async () => {
    const call = await reasonRows.registration_requested.call({ world, idp, slow, redis });
    const { advice } = await explain(call);

    expect(advice).toMatch(/postern registrations approve --consumer [\w-]+ --service registered$/);
  });

  it.each([
    ['neither a Postern nor a configuration', [], 'give --admin-addr'],
    ['both', ['--admin-addr', 'http://127.0.0.1:1', '--config', 'a.yaml'], 'give one of them'],
    [
      'a header that is none',
      ['--config', 'a', '--header', 'canary-token'],
      'expected name: value',
    ],
    ['a file that is not there', ['--config', 'a', '--header', '@nowhere'], 'cannot read nowhere'],
  ])('refuses %s as usage', async (_name, args, message) => {
    const { code, out, err } = await runCommand(['check', ...args]);

    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
    expect(err).not.toContain('canary');
  });
});
