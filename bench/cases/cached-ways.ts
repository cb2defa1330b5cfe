import { createCheckClient } from '../../test/support/check-client.ts';
import type { Bench, BenchCase, CaseResult } from '../lib/bench-case.ts';
import { describeRequest, type Caller } from '../lib/check-message.ts';
import {
  compareLoads,
  comparisonNotes,
  describeSubject,
  saturatedRatio,
  tabulateCosts,
  warmUp,
  type Subject,
} from '../lib/compare-loads.ts';
import { writeConsumersYaml } from '../lib/consumers.ts';
import { repeatRequest } from '../lib/loads.ts';
import { basicHeader } from '../lib/credentials.ts';
import { startProvider, type Provider } from '../lib/provider.ts';
import { startPostern, type Target } from '../lib/servers.ts';

const services = ['orders', 'pairs', 'browser'] as const;

interface Subjects {
  readonly jwt: Subject;
  readonly basic: Subject;
  readonly session: Subject;
  /** A token that has had its session, on a Service that opens some. */
  readonly beside: Subject;
}

/** What the other ways in cost once they are known, against a known JWT at the same Postern. */
export const cachedWays: BenchCase = {
  name: 'cached-ways',
  async run(bench) {
    const provider = await startProvider();
    const postern = await startPostern({
      core: bench.pinning.server,
      issuer: provider.issuer,
      store: { file: { path: 'consumers.yaml' } },
      consumers: writeConsumersYaml(100, { services }),
      services,
    });
    try {
      return await compare(bench, await listSubjects(postern, provider), provider);
    } finally {
      await postern.stop();
      await provider.stop();
    }
  },
};

async function listSubjects(postern: Target, provider: Provider): Promise<Subjects> {
  const subject = (name: string, caller: Caller) =>
    describeSubject(name, postern, repeatRequest(postern.address, caller));
  const bearer = { authorization: `Bearer ${await provider.signToken(7, 3600)}` };
  const visitor = { service: 'browser', ...bearer } as const;
  const cookie = await openSession(postern.address, visitor);
  return {
    jwt: subject('JWT cached', bearer),
    basic: subject('Basic cached', { service: 'pairs', authorization: basicHeader(7) }),
    session: subject('session cookie', { service: 'browser', cookie }),
    beside: subject('JWT cached, where sessions are on', visitor),
  };
}

interface WithCookie {
  readonly response_headers_to_add?: readonly { readonly header?: { readonly value?: string } }[];
}

/** The cookie that the first request of a token is answered with, as a browser sends it back. */
async function openSession(address: string, caller: Caller): Promise<string> {
  const client = createCheckClient(address);
  try {
    const { raw } = await client.check(describeRequest(caller));
    const { response_headers_to_add: added } = (raw.ok_response ?? {}) as WithCookie;
    const [cookie = ''] = added?.[0]?.header?.value?.split(';') ?? [];
    if (cookie === '') throw new Error('no session was opened');
    return cookie;
  } finally {
    client.close();
  }
}

async function compare(bench: Bench, subjects: Subjects, provider: Provider): Promise<CaseResult> {
  const rows = Object.values(subjects) as readonly Subject[];
  await warmUp(bench, rows);
  const callsBefore = provider.calls();
  await compareLoads(bench, rows);
  const calls = provider.calls() - callsBefore;

  const { jwt, basic, session } = subjects;
  return {
    title: 'Known credentials of other kinds: CPU per request against a known JWT',
    tables: tabulateCosts(rows, jwt, '× JWT'),
    bars: [
      ...[basic, session].map((subject) => ({
        what: `${subject.name}: CPU per request at saturation`,
        limit: 1.3,
        measured: saturatedRatio(subject, jwt),
        unit: ' × JWT',
      })),
      { what: 'provider calls for known credentials', limit: 0, measured: calls, unit: '' },
    ],
    notes: comparisonNotes,
  };
}
