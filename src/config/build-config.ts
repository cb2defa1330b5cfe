import type { Finding } from '../documents/problem.ts';
import { halt, pass, type Step } from '../lib/step.ts';
import { buildIdentityProvider } from './build-identity-provider.ts';
import { buildListen } from './build-listen.ts';
import { buildRedis } from './build-redis.ts';
import { buildService } from './build-service.ts';
import { buildSession } from './build-session.ts';
import { buildWebhooks } from './build-webhooks.ts';
import { checkFileContents } from './check-file-contents.ts';
import type { Config, RevocationsConfig, UpstreamJwtConfig } from './config.ts';
import { readSecret, readSecrets } from './read-secret.ts';
import type { ReferencedFiles } from './referenced-files.ts';
import type { Settings } from './schema/settings.ts';
import type { StoreConfig } from './store-config.ts';

/** Turns checked settings, presets applied, into the configuration that the program works with. */
export function buildConfig(
  settings: Settings,
  files: ReferencedFiles,
): Step<Config, readonly Finding[]> {
  const problems = checkFileContents(settings, files);
  const store = buildStore(settings, files);
  if (!store.ok) return halt([...problems, ...store.stop]);
  if (problems.length > 0) return halt(problems);
  return pass({
    listen: buildListen(settings, files),
    store: store.value,
    identityProviders: settings.identity_providers.map((provider) =>
      buildIdentityProvider(provider, files),
    ),
    services: settings.services.map((service) => buildService(service, settings.session)),
    session: buildSession(settings, files),
    revocations: buildRevocations(settings),
    upstreamJwt: buildUpstreamJwt(settings, files),
    webhooks: buildWebhooks(settings, files),
    sharedKey:
      settings.shared_key ?? readSecret(undefined, settings.shared_key_file, files) ?? null,
    policyByHost: settings.policy_by_host,
    unavailable: settings.unavailable,
    drainDelayMs: settings.drain_delay,
    drainTimeoutMs: settings.drain_timeout,
    log: { level: settings.log.level, sampleAllows: settings.log.sample_allows },
  });
}

function buildRevocations({ revocations }: Settings): RevocationsConfig {
  const { keep: keepMs, max_entries: maxEntries } = revocations;
  return { keepMs, maxEntries, onClientDelete: revocations.revoke_on_client_delete };
}

function buildUpstreamJwt(
  { upstream_jwt: jwt }: Settings,
  files: ReferencedFiles,
): UpstreamJwtConfig | null {
  if (jwt === undefined) return null;
  return { issuer: jwt.issuer, keys: readSecrets(jwt.keys, jwt.key_files, files), ttlMs: jwt.ttl };
}

function buildStore(
  { store }: Settings,
  files: ReferencedFiles,
): Step<StoreConfig, readonly Finding[]> {
  if (store.file !== undefined) return pass({ kind: 'file', path: files.resolve(store.file.path) });
  if (store.redis === undefined) {
    return halt([{ path: ['store'], message: 'expected exactly one of: file, redis' }]);
  }
  const redis = buildRedis(store.redis, files);
  return redis.ok ? pass({ kind: 'redis', ...redis.value }) : redis;
}
