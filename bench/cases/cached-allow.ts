import type { Bar, Bench, BenchCase, CaseResult } from '../lib/bench-case.ts';
import {
  compareLoads,
  comparisonNotes,
  describeSubject,
  saturatedRatio,
  steadyRatio,
  tabulateCosts,
  tailRatio,
  warmUp,
  type Subject,
} from '../lib/compare-loads.ts';
import { writeConsumersYaml } from '../lib/consumers.ts';
import { numberText, opaqueToken } from '../lib/credentials.ts';
import { formatWhole } from '../lib/format.ts';
import { repeatRequest, repeatToken } from '../lib/loads.ts';
import { startProvider, type Provider } from '../lib/provider.ts';
import { startBare, startPostern, type Target } from '../lib/servers.ts';

const unauthenticated = 16;

/** Servers that judge nothing. */
interface BareServers {
  readonly bare: Target;
  /** Under the flags that Node has by itself. */
  readonly plain: Target;
  /** With Postern's own codec. */
  readonly lean: Target;
}

type Subjects = Readonly<
  Record<keyof BareServers | 'jwt' | 'opaque' | 'nobody' | 'refused', Subject>
>;

/** What a known token costs, let in or refused, against servers that judge nothing. */
export const cachedAllow: BenchCase = {
  name: 'cached-allow',
  async run(bench) {
    const core = bench.pinning.server;
    const provider = await startProvider();
    const servers = {
      bare: await startBare({ core }),
      plain: await startBare({ core, flags: [] }),
      lean: await startBare({ core, codec: 'lean' }),
    };
    const postern = await startPostern({
      core,
      issuer: provider.issuer,
      store: { file: { path: 'consumers.yaml' } },
      consumers: writeConsumersYaml(100),
    });
    try {
      return await compare(bench, await listSubjects(servers, postern, provider), provider);
    } finally {
      await postern.stop();
      for (const server of Object.values(servers)) await server.stop();
      await provider.stop();
    }
  },
};

async function listSubjects(
  { bare, plain, lean }: BareServers,
  postern: Target,
  provider: Provider,
): Promise<Subjects> {
  const { address } = postern;
  const jwt = await provider.signToken(7, 3600);
  const same = (name: string, target: Target) =>
    describeSubject(name, target, repeatToken(target.address, jwt));
  const opaque = repeatToken(address, opaqueToken('good', 7));
  const nobody = repeatRequest(address, {}, [unauthenticated]);
  const refused = repeatRequest(address, { authorization: `Bearer ${spoil(jwt)}` }, [
    unauthenticated,
  ]);
  return {
    bare: same('bare grpc-js', bare),
    plain: same('bare, default flags', plain),
    lean: same('bare, our codec', lean),
    jwt: same('JWT cached', postern),
    opaque: describeSubject('opaque cached', postern, opaque),
    nobody: describeSubject('no credential', postern, nobody),
    refused: describeSubject('refused JWT, seen before', postern, refused),
  };
}

/** The same token with another signature. */
function spoil(jwt: string): string {
  const [header = '', payload = '', signature = ''] = jwt.split('.');
  return `${header}.${payload}.${numberText(0)}${signature.slice(numberText(0).length)}`;
}

async function compare(bench: Bench, subjects: Subjects, provider: Provider): Promise<CaseResult> {
  const rows = Object.values(subjects);
  await warmUp(bench, rows);
  const callsBefore = provider.calls();
  await compareLoads(bench, rows);
  const calls = provider.calls() - callsBefore;
  const { bare, plain, jwt } = subjects;
  return {
    title: 'A known token: CPU per request against bare grpc-js servers',
    tables: [
      ...tabulateCosts(rows, bare, '× bare'),
      {
        head: ['resident memory after all rounds', 'MB'],
        rows: [bare, plain, jwt].map(({ name, target }) => [
          target === jwt.target ? 'Postern' : name,
          formatWhole(target.process.residentMegabytes()),
        ]),
      },
    ],
    bars: [
      ...setBars(subjects),
      { what: 'provider calls for known tokens', limit: 0, measured: calls, unit: '' },
    ],
    notes: comparisonNotes,
  };
}

function setBars({ bare, plain, jwt, opaque, nobody, refused }: Subjects): readonly Bar[] {
  const allows = [jwt, opaque].flatMap((subject) => [
    {
      what: `${subject.name}: CPU per request at saturation`,
      limit: 0.74,
      measured: saturatedRatio(subject, bare),
      unit: ' × bare',
    },
    {
      what: `${subject.name}: CPU per request at 2,000/s`,
      limit: 0.95,
      measured: steadyRatio(subject, bare),
      unit: ' × bare',
    },
  ]);
  const refusals = [nobody, refused].map((subject) => ({
    what: `${subject.name}: CPU per request at saturation`,
    limit: 1.25,
    measured: saturatedRatio(subject, jwt),
    unit: ' × JWT cached',
  }));
  const tail = {
    what: `${jwt.name}: p99 at 2,000/s`,
    limit: 0.35,
    measured: tailRatio(jwt, plain),
    unit: ' × bare, default flags',
  };
  return [...allows, tail, ...refusals];
}
