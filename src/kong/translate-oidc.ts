import { compact, type Json } from './json.ts';
import type { KongPlugin } from './kong-model.ts';
import type { FormatVersion } from './kong-schema.ts';
import type { Ledger } from './ledger.ts';
import { harmlessValues, mootOptions, refusals } from './oidc-options.ts';
import { PluginOptions } from './plugin-options.ts';
import { noClaim } from './read-claim.ts';
import type { EnvVaults } from './references.ts';
import { translateGrants } from './translate-grants.ts';
import { translateMethods } from './translate-methods.ts';
import { translateTokenPlaces } from './translate-places.ts';
import { translateProvider } from './translate-provider.ts';
import { translateRules } from './translate-rules.ts';
import { translateSession } from './translate-session.ts';
import { translateUpstreamHeaders, translateUpstreamToken } from './translate-upstream.ts';

/** What one `openid-connect` plugin says, in the parts that a configuration has. */
export interface OidcParts {
  /** Without a name. */
  readonly provider: Json;
  /** Keys of a Service that its Routes cannot replace. */
  readonly service: Json;
  /** Keys that a Route may replace. */
  readonly rules: Json;
  readonly sessionKey: string | null;
  /** Proofs name the address that callers see. */
  readonly needsAddress: boolean;
  /** A claim is read for `groups_required` that the ACL must not see. */
  readonly hidesGroups: boolean;
  readonly path: KongPlugin['path'];
}

export interface OidcContext {
  readonly ledger: Ledger;
  readonly vaults: EnvVaults;
  readonly format: FormatVersion;
  /** Of the Kong that wrote the file, such as `[3, 10]`; null = not told. */
  readonly kongVersion: readonly [number, number] | null;
  /** The username of the Consumer that `anonymous` names; null = there is none. */
  findAnonymous(reference: string): string | null;
}

/** Translates every option, or accounts for it. */
export function translateOidc(plugin: KongPlugin, context: OidcContext): OidcParts {
  const options = new PluginOptions(plugin, context.ledger, context.vaults);
  const methods = translateMethods(options);
  const hides = readHides(options, context);
  const hidesGroups = options.has('groups_required') && !options.has('authenticated_groups_claim');
  const provider = translateProvider(options, methods);
  const { session, key } = translateSession(options, methods);
  const proofs = readProofs(options);
  const bound = proofs['proof_of_possession_dpop'] ?? proofs['proof_of_possession_mtls'];
  const service = compact({
    auth_methods: methods.filter((method) => method !== 'session' || session !== null),
    ...translateTokenPlaces(options, hides),
    ...translateGrants(options, methods, provider, hides),
    session,
    anonymous: readAnonymous(options, context),
    consumer_optional: readOptional(options, provider),
    run_on_preflight: options.flag('run_on_preflight') === false ? false : null,
    ...proofs,
    ...translateUpstreamHeaders(options),
    ...translateUpstreamToken(options, methods),
    hide_credentials: hides,
    ...readAnswers(options),
  });
  const rules = translateRules(options);
  accountForRest(options);
  options.ledger.translate(plugin.name, plugin.path, 'identity provider and rules of Services');
  return {
    provider,
    service: bound === 'required' ? withoutUnbound(service, options) : service,
    rules,
    sessionKey: key,
    needsAddress: Object.hasOwn(proofs, 'proof_of_possession_dpop'),
    hidesGroups,
    path: plugin.path,
  };
}

/** Kong kept credentials for the upstream by default up to 3.13; unless told, they are hidden. */
function readHides(options: PluginOptions, { format, kongVersion }: OidcContext): boolean {
  const written = options.flag('hide_credentials');
  if (written !== null) return written;
  if (format !== '3.0') return false;
  if (kongVersion === null) {
    options.ignore('hide_credentials', 'true is taken; up to Kong 3.13 the default was false');
    return true;
  }
  const [major, minor] = kongVersion;
  return major > 3 || (major === 3 && minor >= 14);
}

function readAnonymous(options: PluginOptions, context: OidcContext): string | null {
  const reference = options.text('anonymous');
  if (reference === null) return null;
  const username = context.findAnonymous(reference);
  if (username === null) {
    options.stop('anonymous', 'no Consumer of the file with a username has this id or username');
  }
  return username;
}

/** Without `consumer_claim` Kong looks for no Consumer, and every token passes. */
function readOptional(options: PluginOptions, provider: Json): true | null {
  const isOptional = options.flag('consumer_optional') ?? false;
  const [first] = provider['consumer_claims'] as readonly unknown[];
  if (first === noClaim) {
    options.ignore('consumer_claim', 'no Consumer is looked up: every token of the issuer passes');
    return true;
  }
  return isOptional ? true : null;
}

const proofModes: ReadonlyMap<string, string | null> = new Map([
  ['off', null],
  ['optional', 'optional'],
  ['strict', 'required'],
]);

function readProofMode(options: PluginOptions, key: string): string | null {
  const mode = proofModes.get(options.text(key) ?? 'off');
  if (mode === undefined) options.stop(key, 'expected one of: off, optional, strict');
  return mode ?? null;
}

function readProofs(options: PluginOptions): Json {
  const dpop = readProofMode(options, 'proof_of_possession_dpop');
  const mtls = readProofMode(options, 'proof_of_possession_mtls');
  const nonce = options.flag('dpop_use_nonce');
  const lifetime = options.number('dpop_proof_lifetime');
  return compact({
    proof_of_possession_dpop: dpop,
    proof_of_possession_mtls: mtls,
    dpop_use_nonce: dpop !== null && nonce === true ? true : null,
    dpop_proof_lifetime: dpop === null || lifetime === null ? null : `${String(lifetime)}s`,
  });
}

/** Methods by which no caller could bring a proof. */
function withoutUnbound(service: Json, options: PluginOptions): Json {
  const unbound = ['client_credentials', 'password', 'session'];
  const methods = service['auth_methods'] as readonly string[];
  const left = methods.filter((method) => !unbound.includes(method));
  if (left.length < methods.length) {
    options.ignore('auth_methods', 'methods without a proof are of no use where one is required');
  }
  const others = Object.entries(service).filter(([key]) => !unbound.includes(key));
  return { ...Object.fromEntries(others), auth_methods: left };
}

function readAnswers(options: PluginOptions): Json {
  const messages = compact({
    unauthorized: options.text('unauthorized_error_message'),
    forbidden: options.text('forbidden_error_message'),
  });
  return {
    expose_reason: options.flag('display_errors') === true ? true : null,
    messages: Object.keys(messages).length === 0 ? null : messages,
  };
}

/** What is left has no counterpart: refused, unless it is known to change nothing. */
function accountForRest(options: PluginOptions): void {
  for (const [key, value] of options.takeRest()) {
    const moot = mootOptions.get(key);
    if (moot !== undefined) options.ignore(key, moot);
    else if (isHarmless(key, value)) options.ignore(key, 'has no effect with this value');
    else options.refuse(key, refusals.get(key) ?? 'this option has no counterpart');
  }
}

function isHarmless(key: string, value: unknown): boolean {
  if (key === 'principals') return (value as { enabled?: unknown }).enabled !== true;
  if (!harmlessValues.has(key)) return false;
  const harmless = harmlessValues.get(key);
  return harmless === null || value === harmless;
}
