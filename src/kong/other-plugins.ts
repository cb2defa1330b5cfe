import type { KongModel, KongPlugin } from './kong-model.ts';
import type { Ledger } from './ledger.ts';

const translatedPlugins: ReadonlySet<string> = new Set([
  'openid-connect',
  'application-registration',
  'acl',
]);

/** Without a say in who passes, and what may take their place. */
const harmless = new Map<string, string>([
  ...listFor('Envoy writes access logs', [
    ...['file-log', 'http-log', 'tcp-log', 'udp-log', 'syslog', 'loggly', 'kafka-log'],
    ...['solace-log', 'splunk'],
  ]),
  ...listFor('Envoy and Postern have metrics and traces of their own', [
    ...['prometheus', 'statsd', 'statsd-advanced', 'datadog', 'zipkin', 'opentelemetry'],
    ...['correlation-id', 'app-dynamics'],
  ]),
  ...listFor('it changes how answers are made, not who gets them', [
    ...['exit-transformer', 'proxy-cache', 'proxy-cache-advanced', 'upstream-timeout'],
  ]),
]);

function listFor(why: string, names: readonly string[]): [string, string][] {
  return names.map((name) => [name, why]);
}

/** What is lost with one of these, where more can be said than that it guards. */
const limits = new Map<string, string>([
  ...listFor('it limits how much one may ask for; Envoy has limits by route and by Consumer', [
    ...['rate-limiting', 'rate-limiting-advanced', 'service-protection'],
    ...['response-ratelimiting', 'graphql-rate-limiting-advanced', 'ai-rate-limiting-advanced'],
  ]),
  ...listFor('it says which sites may read answers; Envoy has a filter of this name', ['cors']),
  ...listFor('it may take out of answers what callers must not see', [
    ...['response-transformer', 'response-transformer-advanced'],
  ]),
  ...listFor('requests that it takes never got to the Service; here they would', [
    ...['confluent', 'kafka-upstream', 'aws-lambda', 'azure-functions', 'mocking'],
  ]),
]);

const guards: ReadonlySet<string> = new Set([
  ...['key-auth', 'key-auth-enc', 'jwt', 'jwt-signer', 'basic-auth', 'hmac-auth', 'ldap-auth'],
  ...['ldap-auth-advanced', 'mtls-auth', 'oauth2', 'oauth2-introspection', 'header-cert-auth'],
  ...['vault-auth', 'session', 'saml', 'opa', 'ip-restriction', 'bot-detection', 'acme'],
  ...['request-termination', 'request-validator', 'oas-validation', 'request-size-limiting'],
  ...[
    'injection-protection',
    'json-threat-protection',
    'xml-threat-protection',
    'tls-handshake-modifier',
  ],
  ...['upstream-oauth', 'ace', 'ai-prompt-guard'],
]);

/** Accounts for every plugin that is not translated. One that nobody knows may be a guard. */
export function judgeOtherPlugins(model: KongModel, ledger: Ledger): void {
  for (const plugin of model.consumerPlugins) {
    if (translatedPlugins.has(plugin.name)) {
      ledger.stop(plugin.name, plugin.path, 'this plugin cannot belong to a Consumer');
    } else judge(plugin, ledger);
  }
  const services = model.services.flatMap(({ plugins, routes }) => [
    ...plugins,
    ...routes.flatMap((route) => route.plugins),
  ]);
  for (const plugin of [...model.globalPlugins, ...services]) {
    if (translatedPlugins.has(plugin.name)) judgeFrame(plugin, ledger);
    else judge(plugin, ledger);
  }
}

function judge({ name, entity, path }: KongPlugin, ledger: Ledger): void {
  if (entity.enabled === false) {
    ledger.ignore(name, path, 'enabled: false');
    return;
  }
  const why = harmless.get(name);
  const lost = limits.get(name);
  if (why !== undefined) ledger.ignore(name, path, why);
  else if (lost !== undefined) ledger.refuse(name, path, lost);
  else if (guards.has(name)) ledger.refuse(name, path, 'it guards access, and is not translated');
  else ledger.refuse(name, path, 'it is not known whether this plugin guards access');
}

/** Of a translated plugin, what stands beside its configuration. */
function judgeFrame({ name, entity, path }: KongPlugin, ledger: Ledger): void {
  if (entity.enabled === false) return;
  const isSet = (value: unknown) => value !== undefined && value !== null && value !== '';
  for (const key of ['condition', 'ordering'] as const) {
    if (!isSet(entity[key])) continue;
    ledger.refuse(`${name}.${key}`, [...path, key], 'here it always runs, in its usual order');
  }
  if ((entity.partials ?? []).length > 0) {
    const why = 'parts of the configuration stand elsewhere';
    ledger.refuse(`${name}.partials`, [...path, 'partials'], why);
  }
  const protocols = entity.protocols ?? [];
  const missing = ['http', 'https'].filter((protocol) => !protocols.includes(protocol));
  if (protocols.length === 0 || missing.length === 0) return;
  const why = `here it also runs for ${missing.join(' and ')}`;
  ledger.ignore(`${name}.protocols`, [...path, 'protocols'], why);
}
