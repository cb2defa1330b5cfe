import { compact, type Json } from './json.ts';
import type { PluginOptions } from './plugin-options.ts';
import { noClaim, readClaim, writeClaim, type Claim } from './read-claim.ts';
import { translateClient } from './translate-client.ts';
import { translateIssuer } from './translate-issuer.ts';

/** What a plugin says of its identity provider, without a name. */
export function translateProvider(options: PluginOptions, methods: readonly string[]): Json {
  const usesTokens = methods.includes('password');
  return compact({
    ...translateIssuer(options),
    ...(options.flag('using_pseudo_issuer') === true ? { discovery: false } : {}),
    endpoints: readEndpoints(options),
    extra_jwks_uris: options.texts('extra_jwks_uris'),
    rediscovery: readSeconds(options, 'rediscovery_lifetime'),
    client: translateClient(options, usesTokens),
    timeout: readTimeout(options),
    ...readProxies(options),
    ...readIntrospection(options),
    audience_required: readAudience(options),
    leeway: readSeconds(options, 'leeway') ?? '0s',
    cache: readCache(options),
    ...readMapping(options),
  });
}

function readEndpoints(options: PluginOptions): Json | null {
  const endpoints = compact({
    token: options.text('token_endpoint'),
    jwks: options.text('jwks_endpoint'),
    introspection: options.text('introspection_endpoint'),
    authorization: options.text('authorization_endpoint'),
  });
  return Object.keys(endpoints).length === 0 ? null : endpoints;
}

/** Seconds as a duration; parts of one are milliseconds. */
function readSeconds(options: PluginOptions, key: string): string | null {
  const seconds = options.number(key);
  return seconds === null ? null : writeSeconds(seconds);
}

export function writeSeconds(seconds: number): string {
  return Number.isInteger(seconds)
    ? `${String(seconds)}s`
    : `${String(Math.ceil(seconds * 1000))}ms`;
}

/** Kong's default, which is too long for a caller to wait. */
const kongTimeoutMs = 10_000;

function readTimeout(options: PluginOptions): string | null {
  const ms = options.number('timeout');
  return ms === null || ms === kongTimeoutMs ? null : `${String(Math.max(1, Math.ceil(ms)))}ms`;
}

function readProxies(options: PluginOptions): Json {
  const excepted = options.text('no_proxy');
  return {
    http_proxy: options.text('http_proxy'),
    https_proxy: options.text('https_proxy'),
    no_proxy: [...new Set((excepted ?? '').split(',').map((host) => host.trim()))].filter(Boolean),
  };
}

function readIntrospection(options: PluginOptions): Json {
  const headers = options.pairs('introspection_headers_names', 'introspection_headers_values');
  const args = options.pairs('introspection_post_args_names', 'introspection_post_args_values');
  const introspects = options.flag('introspect_jwt_tokens') ?? false;
  return {
    introspect_jwt_tokens: introspects ? true : null,
    introspection_hint: options.text('introspection_hint'),
    introspection_accept: options.text('introspection_accept'),
    introspection_token_param_name: options.text('introspection_token_param_name'),
    introspection_headers: headers.length === 0 ? null : Object.fromEntries(headers),
    introspection_args: args.length === 0 ? null : Object.fromEntries(args),
  };
}

/** Kong also compares what it asks for with `aud`; here that is a rule of the provider. */
function readAudience(options: PluginOptions): readonly string[] {
  const audience = options.texts('audience');
  const claim = options.plugin.config['audience_claim'];
  if (audience.length > 0 && Array.isArray(claim) && claim.join('.') !== 'aud') {
    options.refuse('audience_claim', 'audience is compared with the same claim here');
  }
  return audience;
}

const defaultMaxTtl = 300;

/** Kong may remember for longer; never remembering, and remembering for less, is kept. */
function readCache(options: PluginOptions): Json | null {
  const off = ['cache_introspection', 'cache_tokens'].filter((key) => options.flag(key) === false);
  const ttl = options.number('cache_ttl') ?? Infinity;
  const longest = options.number('cache_ttl_max') ?? defaultMaxTtl;
  const maxTtl = off.length > 0 ? 0 : Math.min(ttl, longest);
  const negative = readSeconds(options, 'cache_ttl_neg');
  const stale = readSeconds(options, 'cache_ttl_resurrect');
  const cache = compact({
    max_ttl: maxTtl === defaultMaxTtl ? null : writeSeconds(maxTtl),
    negative_ttl: off.length > 0 ? '0s' : negative,
    stale_if_error: stale,
  });
  return Object.keys(cache).length === 0 ? null : cache;
}

function readMapping(options: PluginOptions): Json {
  const by = options.texts('consumer_by');
  return {
    consumer_claims: readConsumerClaims(options) ?? [noClaim],
    consumer_by: by.length === 0 ? ['custom_id', 'username'] : [...new Set(by)],
    credential_claim: wrap(readClaim(options, 'credential_claim')),
    scopes_claims: wrap(readClaim(options, 'scopes_claim')) ?? ['scope'],
    groups_claims: [readGroupsClaim(options)],
    roles_claims: wrap(readClaim(options, 'roles_claim')) ?? ['roles'],
    audience_claims: wrap(readClaim(options, 'audience_claim')),
  };
}

function wrap(claim: Claim | null): readonly Claim[] | null {
  return claim === null ? null : [claim];
}

/** Null where no Consumer is looked up. */
function readConsumerClaims(options: PluginOptions): readonly Claim[] | null {
  const one = readClaim(options, 'consumer_claim');
  const several = options.raw('consumer_claims');
  if (several === undefined) return wrap(one);
  if (one !== null) options.stop('consumer_claims', 'expected consumer_claim or consumer_claims');
  if (!isListOfPaths(several)) {
    options.stop('consumer_claims', 'expected a list of lists of strings');
    return null;
  }
  const claims = several.map((path) => writeClaim(path, 'consumer_claims', options));
  const known = claims.filter((claim) => claim !== null);
  return known.length === 0 ? null : known;
}

function isListOfPaths(value: unknown): value is readonly (readonly string[])[] {
  const isPath = (path: unknown) =>
    Array.isArray(path) && path.every((name) => typeof name === 'string');
  return Array.isArray(value) && value.every(isPath);
}

/**
 * Kong's `groups_claim` is for `groups_required`, `authenticated_groups_claim` for the ACL; here one
 * setting is for both. Where Kong tells the ACL of no groups, no claim may.
 */
function readGroupsClaim(options: PluginOptions): Claim {
  const asked = options.has('groups_required');
  const required = readClaim(options, 'groups_claim') ?? 'groups';
  const told = readClaim(options, 'authenticated_groups_claim');
  if (!asked) return told ?? noClaim;
  if (told !== null && String(told) !== String(required)) {
    options.refuse('authenticated_groups_claim', 'groups_required looks at another claim');
  }
  return required;
}
