import type { Bench, BenchCase, CaseResult } from '../lib/bench-case.ts';
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
import { formatWhole } from '../lib/format.ts';
import { repeatRequest, repeatToken } from '../lib/loads.ts';
import { opaqueToken } from '../lib/credentials.ts';
import { startProvider, type Provider } from '../lib/provider.ts';
import { startBare, startPostern, type Target } from '../lib/servers.ts';

const unauthenticated = 16;

interface Subjects {
  readonly bare: Subject;
  readonly jwt: Subject;
  readonly opaque: Subject;
  readonly none: Subject;
}

/** What an allow costs when the token is known, against a server that judges nothing. */
export const cachedAllow: BenchCase = {
  name: 'cached-allow',
  async run(bench) {
    const provider = await startProvider();
    const bare = await startBare(bench.pinning.server);
    const postern = await startPostern({
      core: bench.pinning.server,
      issuer: provider.issuer,
      store: { file: { path: 'consumers.yaml' } },
      consumers: writeConsumersYaml(100),
    });
    try {
      return await compare(bench, await listSubjects(bare, postern, provider), provider);
    } finally {
      await postern.stop();
      await bare.stop();
      await provider.stop();
    }
  },
};

async function listSubjects(bare: Target, postern: Target, provider: Provider): Promise<Subjects> {
  const { address } = postern;
  const jwt = await provider.signToken(7, 3600);
  const opaque = opaqueToken('good', 7);
  const nobody = repeatRequest(address, {}, [unauthenticated]);
  return {
    bare: describeSubject('bare grpc-js', bare, repeatToken(bare.address, jwt)),
    jwt: describeSubject('JWT cached', postern, repeatToken(address, jwt)),
    opaque: describeSubject('opaque cached', postern, repeatToken(address, opaque)),
    none: describeSubject('no credential', postern, nobody),
  };
}

async function compare(bench: Bench, subjects: Subjects, provider: Provider): Promise<CaseResult> {
  const rows = Object.values(subjects) as readonly Subject[];
  await warmUp(bench, rows);
  const callsBefore = provider.calls();
  await compareLoads(bench, rows);
  const calls = provider.calls() - callsBefore;

  const { bare, jwt, opaque } = subjects;
  return {
    title: 'A known token: CPU per request against a bare grpc-js server',
    tables: [
      ...tabulateCosts(rows, bare, '× bare'),
      {
        head: ['resident memory after all rounds', 'MB'],
        rows: [
          [bare.name, formatWhole(bare.target.process.residentMegabytes())],
          ['Postern', formatWhole(jwt.target.process.residentMegabytes())],
        ],
      },
    ],
    bars: [
      ...[jwt, opaque].map((subject) => ({
        what: `${subject.name}: CPU per request at saturation`,
        limit: 2,
        measured: saturatedRatio(subject, bare),
        unit: ' × bare',
      })),
      { what: 'provider calls for known tokens', limit: 0, measured: calls, unit: '' },
    ],
    notes: comparisonNotes,
  };
}
