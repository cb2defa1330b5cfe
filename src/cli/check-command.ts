import { readFile } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import { ConfigFile } from '../app/config-file.ts';
import { explainLocally } from '../app/explain-locally.ts';
import type { Explanation } from '../authz/explain/explanation.ts';
import type { CheckQuestion } from '../authz/explain/question.ts';
import { halt, pass, type Step } from '../lib/step.ts';
import { AdminFailure } from './admin-client/admin-failure.ts';
import { addAdminOptions, type AdminOptions } from './admin-client/admin-options.ts';
import { withAdminClient } from './admin-client/with-admin-client.ts';
import { mayUseColor } from './admin/session.ts';
import { errorCode } from './error-code.ts';
import { exitCode, type ExitCode, type Host } from './host.ts';
import type { FillCommand } from './fill-command.ts';
import { explainProblems, loadOrExplain } from './load-or-explain.ts';
import { formatOption, writeResult, type Format } from './output.ts';
import { readHeaders } from './read-headers.ts';
import { writeExplanation } from './write-explanation.ts';

interface CheckOptions extends AdminOptions {
  readonly config?: string;
  readonly service?: string;
  readonly route?: string;
  readonly host?: string;
  readonly method?: string;
  readonly path?: string;
  readonly header?: readonly string[];
  readonly sourceAddress?: string;
  readonly certificate?: string;
  readonly output: Format;
}

const examples = `
Examples:
  postern check --config postern.yaml --service orders --header 'authorization: Bearer …'
  pbpaste | postern check --admin-addr http://127.0.0.1:8001 --service orders --header -
  postern check --service orders --route admin --method POST --header @headers.txt -o json`;

/** `postern check`: asks a running Postern, or judges by itself. */
export const fillCheckCommand: FillCommand = (command, host, done) => {
  addAdminOptions(command)
    .addOption(
      new Option(
        '-c, --config <file>',
        'judge by this configuration, without a running Postern',
      ).env('POSTERN_CONFIG'),
    )
    .option('--service <name>', 'Service, as context_extensions of the Envoy route name it')
    .option('--route <name>', 'Route of it')
    .option('--host <host>', 'host that is asked for')
    .option('--method <method>', 'GET unless told otherwise')
    .option('--path <path>', 'path with its query')
    .option(
      '--header <line>',
      '`name: value`, @file with such lines, or - for standard input; may be given several times',
      (line: string, before?: readonly string[]) => [...(before ?? []), line],
    )
    .option('--source-address <address>', 'address of the client')
    .option('--certificate <file>', 'certificate of the client, PEM')
    .addOption(formatOption())
    .addHelpText('after', examples)
    .action(async (options: CheckOptions) => {
      done(await check(options, command, host));
    });
};

async function check(options: CheckOptions, command: Command, host: Host): Promise<ExitCode> {
  const question = await readQuestion(options, host);
  if (!question.ok) return refuseUsage(question.stop, host);
  const place = choosePlace(options, command);
  if (!place.ok) return refuseUsage(place.stop, host);
  const print = (explained: Explanation): ExitCode => {
    const text = writeExplanation(explained, mayUseColor(host, command));
    host.out(writeResult(options.output, explained, text));
    const passes = explained.decision === 'allow' || explained.decision === 'answer';
    return passes ? exitCode.fine : exitCode.failed;
  };
  return place.value === null
    ? askRunning(options, question.value, host, print)
    : judgeHere(place.value, question.value, host, print);
}

/** The file to judge by; null = a running Postern is asked. What was typed counts before the environment. */
function choosePlace(options: CheckOptions, command: Command): Step<string | null, string> {
  const [address, config] = ['adminAddr', 'config'].map((name) =>
    command.getOptionValueSource(name),
  );
  if (address === 'cli' && config === 'cli') {
    return halt('--admin-addr asks a running Postern, --config does without one: give one of them');
  }
  const isAsked = address === 'cli' || (address === 'env' && config !== 'cli');
  if (isAsked) return pass(null);
  return options.config === undefined
    ? halt('give --admin-addr of a running Postern, or --config to judge without one')
    : pass(options.config);
}

async function readQuestion(
  options: CheckOptions,
  host: Host,
): Promise<Step<CheckQuestion, string>> {
  const headers = await readHeaders(options.header ?? [], host);
  if (!headers.ok) return headers;
  const { service, route, host: name, method, path, sourceAddress } = options;
  const certificate = await readCertificate(options.certificate);
  if (!certificate.ok) return certificate;
  return pass({
    ...certificate.value,
    ...(service !== undefined && { service }),
    ...(route !== undefined && { route }),
    ...(name !== undefined && { host: name }),
    ...(method !== undefined && { method }),
    ...(path !== undefined && { path }),
    ...(sourceAddress !== undefined && { source_address: sourceAddress }),
    headers: headers.value,
  });
}

async function readCertificate(
  file: string | undefined,
): Promise<Step<Pick<CheckQuestion, 'certificate'>, string>> {
  if (file === undefined) return pass({});
  return readFile(file, 'utf8').then(
    (certificate) => pass({ certificate }),
    (error: unknown) => halt(`--certificate: cannot read ${file}: ${errorCode(error)}`),
  );
}

type Print = (explained: Explanation) => ExitCode;

function askRunning(
  options: CheckOptions,
  question: CheckQuestion,
  host: Host,
  print: Print,
): Promise<ExitCode> {
  return withAdminClient(options, host, async (client) => {
    const { body } = await client.send({
      method: 'POST',
      path: ['check'],
      body: { ...question },
      roles: 'admin, approver or read',
    });
    if (!isExplanation(body)) {
      throw new AdminFailure('the answer is no explanation: is it a Postern of this version?', []);
    }
    return print(body);
  });
}

function isExplanation(body: object): body is Explanation {
  return 'decision' in body && 'steps' in body && Array.isArray(body.steps) && 'limits' in body;
}

async function judgeHere(
  file: string,
  question: CheckQuestion,
  host: Host,
  print: Print,
): Promise<ExitCode> {
  const loaded = loadOrExplain(new ConfigFile(file, host.env), host);
  if (loaded === null) return exitCode.usage;
  const explained = await explainLocally(loaded.config, question);
  if (explained.ok) return print(explained.value);
  explainProblems(explained.stop, host);
  return exitCode.usage;
}

function refuseUsage(message: string, host: Host): ExitCode {
  host.err(`postern: ${message}\n`);
  return exitCode.usage;
}
