import type { Problem } from '../documents/problem.ts';
import { writeDocument } from '../documents/write-document.ts';
import { halt, pass, type Step } from '../lib/step.ts';
import { readUpstream } from './envoy-action.ts';
import { writeEnvoyRoutes } from './envoy-routes.ts';
import { gatherEntities } from './gather-entities.ts';
import { compact, type Json } from './json.ts';
import type { KongModel } from './kong-model.ts';
import { isStopped, Ledger, type Report } from './ledger.ts';
import { judgeOtherPlugins } from './other-plugins.ts';
import { readKongFile } from './read-kong-file.ts';
import { readPortal, type Portal } from './read-portal.ts';
import { findReference, hasReference, writeReferences } from './references.ts';
import { resolveGuards, type GuardedService } from './resolve-guards.ts';
import { translateConsumers } from './translate-consumers.ts';
import { translatePortal } from './translate-portal.ts';
import { translateServices, type TranslatedServices } from './translate-services.ts';

export interface NamedText {
  /** As problems name it. */
  readonly name: string;
  readonly text: string;
}

export interface ImportKongOptions {
  readonly kong: NamedText;
  /** Answers of Kong's Admin API about the portal; null = none. */
  readonly portal: NamedText | null;
  /** Names of what may be lost. */
  readonly acceptLoss: readonly string[];
  /** Of the Kong that wrote the file, for defaults that changed; null = not told. */
  readonly kongVersion: readonly [major: number, minor: number] | null;
}

export interface ImportedKong {
  readonly report: Report;
  /** Whether something was refused and not accepted; then there are no files. */
  readonly stopped: boolean;
  readonly files: readonly NamedText[];
  readonly counts: {
    readonly identity_providers: number;
    readonly services: number;
    readonly routes: number;
    readonly consumers: number;
  };
}

/**
 * Translates a declarative file of Kong. Gives every problem of a file that cannot be read; what can be
 * read but not translated is in the report.
 */
export function importKong(options: ImportKongOptions): Step<ImportedKong, readonly Problem[]> {
  const read = readKongFile(options.kong.text, options.kong.name);
  const { portal } = options;
  const readExport = portal === null ? null : readPortal(portal.text, portal.name);
  if (!read.ok || readExport?.ok === false) {
    const stops = [read, readExport].map((step) => (step?.ok === false ? step.stop : []));
    return halt(stops.flat());
  }
  const { document, file, vaults } = read.value;
  const ledger = new Ledger(document, new Set(options.acceptLoss));
  const model = gatherEntities(file, ledger);
  judgeOtherPlugins(model, ledger);
  const findAnonymous = anonymousFinder(model);
  const { kongVersion } = options;
  const context = { ledger, vaults, format: model.format, kongVersion, findAnonymous };
  const guarded = resolveGuards(model, context);
  const translated = translateServices(guarded, ledger);
  if (translated.identityProviders.length === 0) {
    ledger.stop('openid-connect', [], 'no openid-connect plugin holds on any Service');
  }
  const consumers = listConsumers(model, guarded, translated, readExport?.value ?? null, ledger);
  const router = routerOf(model.format, kongVersion);
  const sources = { services: guarded.map(({ service }) => service), format: model.format, router };
  const envoy = writeEnvoyRoutes({ ...sources, policies: translated.policies }, ledger);
  if (findReference(consumers) || findReference(envoy)) {
    const why = 'only options of openid-connect may refer to variables; write this value itself';
    ledger.stop('reference', [], why);
  }
  refuseRemains(translated, ledger);
  return pass(conclude(ledger, translated, consumers, envoy, guarded));
}

/** A file of an older format may be that of a newer Kong, which orders routes its own way. */
function routerOf(
  format: KongModel['format'],
  kongVersion: ImportKongOptions['kongVersion'],
): KongModel['format'] {
  return kongVersion !== null && kongVersion[0] >= 3 ? '3.0' : format;
}

/** A reference that nobody has resolved would be written as if it were the value. */
function refuseRemains(translated: TranslatedServices, ledger: Ledger): void {
  const text = JSON.stringify(writeReferences(describe(translated)));
  if (!hasReference(text) && !text.includes('{vault://')) return;
  ledger.stop('reference', [], 'a reference stands where none can be written');
}

function conclude(
  ledger: Ledger,
  translated: TranslatedServices,
  consumers: readonly Json[],
  envoy: Json,
  guarded: readonly GuardedService[],
): ImportedKong {
  const report = ledger.report();
  const stopped = isStopped(report);
  const files = [
    { name: 'postern.yaml', text: writeDocument(writeReferences(describe(translated))) },
    { name: 'consumers.yaml', text: writeDocument({ consumers }) },
    { name: 'envoy-routes.yaml', text: envoyHead(guarded) + writeDocument(envoy) },
  ];
  return {
    report,
    stopped,
    files: stopped ? [] : files,
    counts: {
      identity_providers: translated.identityProviders.length,
      services: translated.services.length,
      routes: translated.policies.size,
      consumers: consumers.length,
    },
  };
}

function describe({ identityProviders, services, sessionKeys }: TranslatedServices): Json {
  const hasSessions = services.some((service) => service['session'] !== undefined);
  return compact({
    store: { file: { path: 'consumers.yaml' } },
    identity_providers: identityProviders,
    services,
    session: hasSessions && sessionKeys.length > 0 ? { keys: sessionKeys } : null,
  });
}

/** What a reader of the routes needs beside them. */
function envoyHead(guarded: readonly GuardedService[]): string {
  const clusters = guarded.map(({ service }) => {
    const upstream = readUpstream(service);
    if (upstream === null) return `#   ${service.name}`;
    const { scheme, host, port } = upstream;
    return `#   ${service.name}: ${scheme}://${host}:${String(port)}`;
  });
  return [
    '# route_config of the HTTP connection manager, in the order of Kong’s router. It relies on the',
    '# settings of envoy/production.yaml: normalize_path, merge_slashes, strip_any_host_port,',
    '# path_with_escaped_slashes_action, headers_with_underscores_action and use_remote_address.',
    '# Clusters that it needs:',
    ...clusters,
    '',
  ].join('\n');
}

function anonymousFinder({ consumers }: KongModel): (reference: string) => string | null {
  const names = new Map<string, string>();
  for (const { entity } of consumers) {
    const { id, username } = entity;
    if (typeof username !== 'string') continue;
    if (typeof id === 'string') names.set(id, username);
    names.set(username, username);
  }
  return (reference) => names.get(reference) ?? null;
}

function listConsumers(
  { consumers }: KongModel,
  guarded: readonly GuardedService[],
  { registered, generated }: TranslatedServices,
  portal: Portal | null,
  ledger: Ledger,
): readonly Json[] {
  const namesOf = (service: GuardedService) => registered.get(service) ?? [];
  const index = new Map(
    guarded.flatMap((service) => listKeys(service).map((key) => [key, namesOf(service)] as const)),
  );
  const admitting = guarded
    .filter(({ registration }) => registration?.admitsConsumers === true)
    .flatMap(namesOf);
  const anonymous = new Set(guarded.flatMap(listAnonymous));
  const applications =
    portal === null ? [] : translatePortal(portal, index, consumers, ledger.of(portal.document));
  return translateConsumers({ consumers, applications, admitting, anonymous, generated }, ledger);
}

function listKeys({ service }: GuardedService): readonly string[] {
  return [service.entity.id, service.entity.name].filter((key) => typeof key === 'string');
}

/** Usernames that stand in for callers who are not known. */
function listAnonymous({ oidc, routes }: GuardedService): readonly string[] {
  return [oidc, ...routes.map((route) => route.oidc)].flatMap((parts) => {
    const username = parts?.service['anonymous'];
    return typeof username === 'string' ? [username] : [];
  });
}
