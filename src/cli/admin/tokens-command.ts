import { Option, type Command } from 'commander';
import type { Entry } from '../admin-client/admin-client.ts';
import { exitCode, type ExitCode, type Host } from '../host.ts';
import { writeResult } from '../output.ts';
import { addVerb, type Verb } from './add-verb.ts';
import { confirm } from './confirm.ts';
import { optionOf, readFields } from './fields.ts';
import { keysOf } from './keys-of.ts';
import { printEntry, printList } from './print-entries.ts';
import { readFileText } from './read-file.ts';
import { readQuery } from './read-query.ts';
import type { Column, Field } from './resource.ts';
import { limitOption } from './resource-command.ts';
import type { Session } from './session.ts';
import { writeOrTell } from './write-or-tell.ts';

const path = ['revocations'];
const readers = 'admin, approver or read';

const columns: readonly Column[] = [
  ['id', 'id'],
  ['kind', 'kind'],
  ['of', 'client_id', 'consumer.id'],
  ['issuer', 'issuer'],
  ['issued_until', 'issued_until'],
  ['until', 'until'],
  ['note', 'note'],
];

/** What is revoked: one of these, or a secret of {@link fileTargets}. */
const targets: readonly Field[] = [
  { name: 'jti', placeholder: '<jti>', description: 'the token with this id' },
  { name: 'client_id', placeholder: '<id>', description: 'all that this client has by now' },
  {
    name: 'consumer',
    placeholder: '<id|username>',
    description: 'all that this Consumer has by now',
  },
];

/** Secrets, which are no arguments: others could read them there. */
const fileTargets = [
  { name: 'token', option: 'token-file', key: 'tokenFile', what: 'the token' },
  {
    name: 'session',
    option: 'session-file',
    key: 'sessionFile',
    what: 'the value of a session’s cookie',
  },
] as const;

const details: readonly Field[] = [
  {
    name: 'issuer',
    placeholder: '<url>',
    description: 'with --jti or --client-id: only what this issuer has issued',
  },
  { name: 'note', placeholder: '<text>', description: 'a word why' },
];

const kind: Field = {
  name: 'kind',
  placeholder: '<kind>',
  description: 'only those of this kind',
  choices: ['token', 'jti', 'client_id', 'consumer', 'session'],
};

const revoke: Verb = {
  name: 'revoke',
  summary: 'refuse from now on a token, a session, or all that somebody has by now',
  argument: null,
  options: [
    ...fileTargets.map(
      ({ option, what }) =>
        new Option(`--${option} <file>`, `${what}, in this file; - for standard input`),
    ),
    ...targets.map(optionOf),
    ...details.map(optionOf),
  ],
  isWrite: true,
  asks: () => true,
  examples: [
    'tokens revoke --token-file leaked.txt --yes',
    'tokens revoke --client-id 0oa1b2c3d4 --note "laptop lost" --yes',
    'tokens revoke --consumer billing-app --yes',
  ],
  run: revokeTarget,
};

const list: Verb = {
  name: 'list',
  summary: 'list revocations in force',
  argument: null,
  options: [optionOf(kind), limitOption()],
  isWrite: false,
  asks: null,
  examples: ['tokens list --kind client_id'],
  async run(session) {
    const printer = printList(session, columns);
    const query = await readQuery(session, [kind]);
    const pages = session.client.list({ path, query, roles: readers }, session.options.limit);
    for await (const page of pages) printer.add(page);
    printer.end();
    return exitCode.fine;
  },
};

const lift: Verb = {
  name: 'lift',
  summary: 'take a revocation back: what it met may be used again',
  argument: '<id...>',
  options: [],
  isWrite: true,
  asks: () => true,
  examples: ['tokens lift 3c5f1b0e-8a4d-8b7e-9f10-2d6a4c8e0b35 --yes'],
  run: liftRevocations,
};

/** `postern tokens revoke|list|lift`. */
export function fillTokensCommand(
  command: Command,
  host: Host,
  done: (code: ExitCode) => void,
): void {
  for (const verb of [revoke, list, lift]) addVerb(command, verb, host, done);
}

async function revokeTarget(session: Session): Promise<ExitCode> {
  const target = await readTarget(session);
  if (!(await confirm(session, describeQuestion(target)))) return exitCode.failed;
  const body = { ...target, ...readFields(details, session) };
  const revoked = await writeOrTell(session, { method: 'POST', path, body, roles: 'admin' });
  if (revoked !== null) printEntry(session, revoked.body);
  return exitCode.fine;
}

/** Of a secret only what kind it is. */
function describeQuestion(target: Entry): string {
  const [[name, value] = []] = Object.entries(target);
  if (name === 'token' || name === 'session') return `Revoke this ${name}?`;
  return name === 'jti'
    ? `Revoke the token ${String(value)}?`
    : `Revoke all that ${String(name)} ${String(value)} has by now?`;
}

/** The one thing that the options name, as a field of the body. */
async function readTarget(session: Session): Promise<Entry> {
  const { options, refuseUsage } = session;
  const named = readFields(targets, session);
  const files = fileTargets.filter(({ key }) => options[key] !== undefined);
  if (Object.keys(named).length + files.length !== 1) {
    refuseUsage('what? Give one of --token-file, --session-file, --jti, --client-id, --consumer');
  }
  const [file] = files;
  if (file === undefined) return named;
  const secret = (await readFileText(String(options[file.key]), session)).trim();
  if (secret === '') refuseUsage(`--${file.option}: it is empty`);
  return { [file.name]: secret };
}

async function liftRevocations(session: Session): Promise<ExitCode> {
  const { host, operands, options } = session;
  const question = `Let what ${operands.join(', ')} met be used again?`;
  if (!(await confirm(session, question))) return exitCode.failed;
  const keyOf = keysOf(session, operands.length);
  for (const [at, id] of operands.entries()) {
    const call = { method: 'DELETE', path: [...path, id], roles: 'admin' } as const;
    if ((await writeOrTell(session, { ...call, ...keyOf(at) })) === null) continue;
    host.out(writeResult(options.output, { id, lifted: true }, `lifted ${id}`));
  }
  return exitCode.fine;
}
