import type { Proofs } from '../authz/proof.ts';
import type { Config } from '../config/config.ts';
import { createProofs } from '../oauth/proof/proofs.ts';
import { describeWithSecrets } from './describe-with-secrets.ts';
import type { OpenStore } from './open-store.ts';
import type { Tools } from './tools.ts';

/** The check of proofs with what it was opened with. */
export interface OpenProofs {
  readonly proofs: Proofs;
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
  const proofs = createProofs(
    { nonceKey: config.sharedKey ?? processKeys.nonce },
    { clock, replays },
  );
  return { proofs, key, store };
}
