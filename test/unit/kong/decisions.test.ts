import { describe, expect, it } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { createCheck, type Check } from '../../../src/authz/check.ts';
import type { ConsumerRecord } from '../../../src/authz/consumer.ts';
import { deny } from '../../../src/authz/refusal.ts';
import { compilePolicies } from '../../../src/config/compile-policies.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { importKong } from '../../../src/kong/import-kong.ts';
import { halt, pass } from '../../../src/lib/step.ts';
import { consumerOf, headersOf, requestOf, tokenOf, unusedPorts } from '../../support/builders.ts';
import { fc } from '../../support/properties.ts';
import { askGateway, type Call } from './kong-gateway.ts';
import { findContext } from './kong-router.ts';
import type { Loose } from './translate.ts';

/** Postern and Envoy as the import sets them up; null where the import is stopped. */
function setUp(file: Loose, portal: Loose): ((call: Call) => Promise<boolean>) | null {
  const imported = importKong({
    kong: { name: 'kong.yaml', text: stringify(file) },
    portal: { name: 'portal.json', text: JSON.stringify(portal) },
    acceptLoss: ['route.order'],
    kongVersion: null,
  });
  if (!imported.ok) throw new Error(imported.stop.map(({ message }) => message).join('\n'));
  const [postern, consumers, envoy] = imported.value.files.map(({ text }) => text);
  if (postern === undefined) return null;
  const check = createPostern(postern, parse(consumers ?? '').consumers.map(readConsumer));
  const routes = parse(envoy ?? '');
  return async (call) => {
    const context = findContext(routes, call);
    if (context === null) return false;
    const request = requestOf({
      method: call.method,
      path: call.path,
      headers: headersOf(['authorization', `Bearer ${write(call.claims)}`]),
      contextExtensions: new Map(Object.entries(context)),
    });
    const { kind } = await check(request, new AbortController().signal);
    return kind === 'allow';
  };
}

function write(claims: Loose): string {
  return Buffer.from(JSON.stringify(claims)).toString('base64url');
}

function createPostern(text: string, records: readonly ConsumerRecord[]): Check {
  const loaded = loadConfig({ text, file: 'postern.yaml', env: {}, readFile: unexpected });
  if (!loaded.ok) {
    throw new Error(loaded.stop.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  }
  return createCheck({
    ...unusedPorts,
    policies: compilePolicies(loaded.value.config),
    verifyToken: ({ token }, { providers: [provider = ''] }) => {
      const claims: Loose = JSON.parse(Buffer.from(token, 'base64url').toString());
      return claims === null
        ? halt(deny('token_malformed'))
        : pass({ token: { ...tokenOf(), claims, provider }, cache: 'miss' as const });
    },
    resolveConsumer: (by, value) => {
      const key = { custom_id: 'customId', username: 'username', id: 'id' } as const;
      return pass(records.find((record) => record[key[by]] === value) ?? null);
    },
  });
}

function unexpected(): never {
  throw new Error('no files');
}

function readConsumer({ username, custom_id, acls, registrations }: Loose): ConsumerRecord {
  return consumerOf({
    username: username ?? null,
    customId: custom_id ?? null,
    groups: new Set((acls ?? []).map(({ group }: Loose) => group)),
    registrations: new Map(
      (registrations ?? []).map(({ service, status, suspended = false }: Loose) => [
        service,
        { status, suspended },
      ]),
    ),
  });
}

const groups = fc.uniqueArray(fc.constantFrom('g1', 'g2'), { minLength: 1, maxLength: 2 });
const sometimes = <T>(item: fc.Arbitrary<T>) => fc.option(item, { nil: undefined, freq: 2 });
const often = <T>(item: fc.Arbitrary<T>) => fc.option(item, { nil: undefined, freq: 6 });
const seldom = <T>(item: T) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constant(item) },
  );
const enabled = fc.integer({ min: 0, max: 9 }).map((drawn) => drawn > 0);

const oidc = fc.record({
  name: fc.constant('openid-connect'),
  enabled,
  config: fc
    .record({
      issuer: fc.constant('https://idp.example'),
      auth_methods: fc.constantFrom(['bearer'], ['bearer', 'introspection']),
      consumer_claim: fc.constantFrom(['azp'], ['azp'], ['azp'], ['sub'], undefined),
      consumer_optional: seldom(true),
      anonymous: seldom('guest'),
      scopes_required: fc.constantFrom(undefined, undefined, ['a'], ['b'], ['a b'], ['a', 'b']),
      audience_required: seldom(['api']),
      claims_forbidden: seldom(['nonce']),
      authenticated_groups_claim: seldom(['groups']),
      run_on_preflight: fc.constantFrom(undefined, undefined, false),
    })
    // Whether the anonymous Consumer stands in for a forbidden claim is not documented.
    .map((config) => (config.claims_forbidden ? { ...config, anonymous: undefined } : config)),
});
const acl = fc.record({
  name: fc.constant('acl'),
  enabled,
  config: fc
    .tuple(fc.constantFrom('allow', 'deny', 'whitelist', 'blacklist'), groups, fc.boolean())
    .map(([key, list, prefers]) => ({ [key]: list, always_use_authenticated_groups: prefers })),
});
const registration = fc.record({
  name: fc.constant('application-registration'),
  enabled,
  config: fc.record({
    display_name: fc.constant('A'),
    auto_approve: fc.boolean(),
    enable_proxy_with_consumer_credential: fc.boolean(),
  }),
});

/** At most one plugin of each name. */
const plugins = (...drawn: readonly fc.Arbitrary<Loose>[]) =>
  fc.tuple(...drawn).map((all) => all.filter((plugin) => plugin !== undefined));

const route = fc.record({
  paths: fc.constantFrom(['/a'], ['/a/b'], ['/'], ['/a', '/c'], ['~/a/[a-z]+$']),
  methods: fc.constantFrom(undefined, undefined, ['GET'], ['GET', 'OPTIONS']),
  plugins: plugins(sometimes(oidc), sometimes(acl)),
});
const service = fc.record({
  enabled: seldom(false),
  url: fc.constant('http://a.internal'),
  routes: fc.array(route, { minLength: 1, maxLength: 3 }),
  plugins: plugins(often(oidc), sometimes(acl), sometimes(registration)),
});

const file = fc
  .record({
    services: fc.array(service, { minLength: 1, maxLength: 2 }),
    plugins: plugins(sometimes(oidc), sometimes(acl)),
    members: fc.array(fc.option(groups), { minLength: 4, maxLength: 4 }),
  })
  .map(({ members, ...drawn }) => ({
    _format_version: '3.0',
    plugins: drawn.plugins,
    services: drawn.services.map(({ routes, ...item }, index) => ({
      name: `s${String(index)}`,
      ...item,
      routes: routes.map((one, place) => ({ name: `s${String(index)}r${String(place)}`, ...one })),
    })),
    consumers: ['c1', 'c2', 'c3', 'guest'].map((username, index) => ({
      username,
      custom_id: `id-${username}`,
      acls: members[index]?.map((group) => ({ group })) ?? [],
    })),
  }));

const instance = fc.record({
  application: fc.constantFrom({ id: 'p1' }, { id: 'p2' }),
  service: fc.constantFrom({ name: 's0' }, { name: 's1' }),
  status: fc.constantFrom(0, 0, 0, 1, 2, 3),
  suspended: fc.constantFrom(false, false, true),
});
const portal = fc
  .uniqueArray(instance, {
    maxLength: 4,
    selector: ({ application, service: { name } }) => `${application.id} ${name}`,
  })
  .map((application_instances) => ({
    applications: ['p1', 'p2'].map((id) => ({ id, custom_id: `id-${id}` })),
    application_instances,
  }));

const who = fc.constantFrom('id-c1', 'id-c2', 'c3', 'id-p1', 'id-p2', 'id-guest', 'stranger');
const claims = fc.record({
  azp: often(who),
  sub: often(who),
  scope: often(fc.constantFrom('a', 'b', 'b a', 'b a')),
  aud: fc.constantFrom('api', 'api', 'other', undefined),
  nonce: seldom('n'),
  groups: sometimes(fc.array(fc.constantFrom('g1', 'g2', 'g3'), { maxLength: 2 })),
});
const call = fc.record<Call>({
  host: fc.constant('any.example'),
  method: fc.constantFrom('GET', 'GET', 'PUT', 'OPTIONS'),
  path: fc.constantFrom('/', '/a', '/a/b', '/a/b/c', '/c'),
  headers: fc.constant({}),
  // As JSON has them: what is undefined is not there.
  claims: fc.option(claims, { freq: 8 }).map((drawn): Loose => JSON.parse(JSON.stringify(drawn))),
});

/** Here it stands in where nobody is known, in Kong also where a token lacks a scope. */
function hasAnonymous(drawn: Loose): boolean {
  return JSON.stringify(drawn).includes('"anonymous"');
}

describe('an imported file', () => {
  it('lets nothing through that Kong’s plugins refuse, and refuses nothing that they let through', async () => {
    const seen = { stopped: 0, allowed: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(
        file,
        portal,
        fc.array(call, { minLength: 30, maxLength: 30 }),
        async (drawn, instances, calls) => {
          const ask = setUp(drawn, instances);
          if (ask === null) {
            seen.stopped += 1;
            return;
          }
          for (const one of calls) {
            const wanted = askGateway(drawn, instances, one);
            if (wanted === null) continue;
            const isAllowed = await ask(one);
            seen[isAllowed ? 'allowed' : 'refused'] += 1;
            if (wanted && hasAnonymous(drawn)) continue;
            expect({ one, isAllowed }).toEqual({ one, isAllowed: wanted });
          }
        },
      ),
      { numRuns: 200 },
    );
    // The comparison is worth something only where it is made.
    expect(Math.min(seen.allowed, seen.refused)).toBeGreaterThan(50);
  });
});
