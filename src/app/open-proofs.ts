import type { Proofs } from '../authz/proof.ts';
import type { Config } from '../config/config.ts';
import { createProofs } from '../oauth/proof/proofs.ts';
import type { ReplayStore } from '../oauth/proof/replay-store.ts';
import { describeWithSecrets } from './describe-with-secrets.ts';
import type { OpenStore } from './open-store.ts';
import type { Tools } from './tools.ts';

/** The check of proofs with what it was opened with. */
export interface OpenProofs {
  readonly proofs: Proofs;
  /** The same, but nothing is used up: for dry runs. */
  readonly rehearsal: Proofs;
  /** Equal for equal configurations. Holds secrets: for comparison only. */
  readonly key: string;
  readonly store: OpenStore;
}

/**
 * Proofs that were used up are remembered in Redis where Consumers are there, so that all replicas
 * know of them, else in this process, over every reload: an empty memory would take them again.
 */
export function openProofs(
  config: Config,
  before: OpenProofs | undefined,
  store: OpenStore,
  { clock, processKeys, usedProofs }: Tools,
): OpenProofs {
  const key = describeWithSecrets(config.sharedKey);
  if (before?.key === key && before.store === store) return before;
  const replays = store.shared?.replays ?? usedProofs;
  const options = { nonceKey: config.sharedKey ?? processKeys.nonce };
  const proofs = createProofs(options, { clock, replays });
  const look: ReplayStore['use'] = (proof, _ttlMs, signal) => replays.look(proof, signal);
  const rehearsal = createProofs(options, { clock, replays: { use: look } });
  return { proofs, rehearsal, key, store };
}
