import { Option } from 'commander';
import type { Entry } from '../admin-client/admin-client.ts';
import { exitCode, type ExitCode } from '../host.ts';
import type { Verb } from './add-verb.ts';
import { changeMany } from './change-many.ts';
import { confirm } from './confirm.ts';
import { describeNamed, findApplication } from './find-application.ts';
import { optionOf, readText } from './fields.ts';
import { printChanged } from './print-changed.ts';
import { readQuery } from './read-query.ts';
import { registrationFilters, registrations } from './registration-resource.ts';
import type { Session } from './session.ts';
import { writeOrTell } from './write-or-tell.ts';

/** One step in the life of a registration. */
interface Step {
  readonly name: string;
  readonly summary: string;
  readonly change: Entry;
  /** Which ones `--all` means, where `--status` does not say. */
  readonly from: 'requested' | 'approved';
  /** Null = whether they are suspended does not matter. */
  readonly suspended: boolean | null;
  /** Whether it takes access away, and therefore asks. */
  readonly takesAway: boolean;
}

const steps: readonly Step[] = [
  {
    name: 'approve',
    summary: 'let what was requested be used; also one that was rejected or revoked',
    change: { status: 'approved' },
    from: 'requested',
    suspended: null,
    takesAway: false,
  },
  {
    name: 'reject',
    summary: 'refuse what was requested',
    change: { status: 'rejected' },
    from: 'requested',
    suspended: null,
    takesAway: true,
  },
  {
    name: 'revoke',
    summary: 'take back what was approved',
    change: { status: 'revoked' },
    from: 'approved',
    suspended: null,
    takesAway: true,
  },
  {
    name: 'suspend',
    summary: 'let an approved one rest, until it is resumed',
    change: { suspended: true },
    from: 'approved',
    suspended: false,
    takesAway: true,
  },
  {
    name: 'resume',
    summary: 'let a suspended one be used again',
    change: { suspended: false },
    from: 'approved',
    suspended: true,
    takesAway: false,
  },
];

const path = ['registrations'];
const note = { name: 'note', placeholder: '<text>', description: 'a word why' } as const;

/** `postern registrations approve|reject|revoke|suspend|resume`. */
export const stepVerbs: readonly Verb[] = steps.map((step) => ({
  name: step.name,
  summary: step.summary,
  argument: '[id...]',
  options: [
    new Option('--all', 'all those of a Service that the other options mean'),
    ...registrationFilters.map(optionOf),
    optionOf(note),
  ],
  isWrite: true,
  asks: ({ all }) => step.takesAway || all === true,
  examples: [
    `registrations ${step.name} 9e0f2c1a-5b1d-4a9e-8a63-0c2f7f0b1d55${step.takesAway ? ' --yes' : ''}`,
    `registrations ${step.name} --application Shop --service orders${step.takesAway ? ' --yes' : ''}`,
    `registrations ${step.name} --all --service orders --yes`,
  ],
  run: (session) => takeStep(session, step),
}));

async function takeStep(session: Session, step: Step): Promise<ExitCode> {
  checkSelection(session);
  const { operands, options, host } = session;
  const selected =
    operands.length > 0 ? { ids: operands, named: null, text: null } : await select(session, step);
  const { ids, named } = selected;
  if (ids.length === 0) {
    host.err('none\n');
    return exitCode.failed;
  }
  const asks = step.takesAway || options['all'] === true || named !== null;
  if (asks && !(await confirm(session, writeQuestion(step, selected)))) return exitCode.failed;
  const text = readText(note, session);
  const change = text === undefined ? step.change : { ...step.change, note: text };
  if (options.dryRun === true) {
    const body = { ...change, ids };
    await writeOrTell(session, { method: 'PATCH', path, body, roles: 'admin or approver' });
    return exitCode.fine;
  }
  return printChanged(session, await changeMany(session, [...new Set(ids)], change));
}

function writeQuestion({ name }: Step, { ids, named, text }: Selected): string {
  const verb = name.replace(/^./, (letter) => letter.toUpperCase());
  const one = `registration ${text ?? ids.join('')}`;
  const count = ids.length === 1 ? one : `${String(ids.length)} registrations`;
  return `${verb} ${count}${named === null ? '' : ` of ${named}`}?`;
}

/** Either ids, or options that mean one registration, or `--all` of a Service. */
function checkSelection({ operands, options, refuseUsage }: Session): void {
  const { all, service, status, consumer, application } = options;
  const isNamed = [all, service, status, consumer, application].some(
    (given) => given !== undefined,
  );
  if (operands.length > 0) {
    if (isNamed) refuseUsage('give ids, or options that say which, not both');
    return;
  }
  if (consumer !== undefined && application !== undefined) {
    refuseUsage('--consumer and --application mean different registrations');
  }
  const isOne = (consumer ?? application) !== undefined;
  if (service === undefined || (all !== true && !isOne)) {
    refuseUsage(
      'which? Give ids, or --service with --application or --consumer, or --all --service',
    );
  }
}

/** The registrations that are meant. */
interface Selected {
  readonly ids: readonly string[];
  /** The application, where only its name said which. */
  readonly named: string | null;
  /** Of a single one, for a person; null = nothing is known of it. */
  readonly text: string | null;
}

/** What the options mean. All are read first: each change moves the pages. */
async function select(session: Session, step: Step): Promise<Selected> {
  const { application } = session.options;
  const found =
    typeof application === 'string' ? await findApplication(session, application) : null;
  const given = await readQuery(
    session,
    registrationFilters.filter(({ kind }) => kind !== 'application'),
  );
  // One that is named may stand wherever it does; the API says whether it can go on from there.
  const isAll = session.options['all'] === true;
  const status = given['status'] ?? (isAll ? step.from : undefined);
  const id = found === null ? undefined : String(found.entry['id']);
  const query = { ...given, status, application: id };
  const { list: roles } = registrations.roles;
  const fitting: Entry[] = [];
  for await (const page of session.client.list({ path, query, roles })) {
    const isFitting = ({ suspended }: Entry) =>
      !isAll || step.suspended === null || suspended === step.suspended;
    fitting.push(...page.filter(isFitting));
  }
  const [first] = fitting;
  return {
    ids: fitting.map((entry) => String(entry['id'])),
    named: found === null ? null : describeNamed(found),
    text: first === undefined ? null : registrations.describe(first),
  };
}
