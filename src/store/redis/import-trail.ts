import { randomUUID } from 'node:crypto';
import type { Clock } from '../../lib/clock.ts';
import { describeWhole } from '../../registry/describe-whole.ts';
import type { Dossier } from '../../registry/dossier.ts';
import type { AtomicWrite } from './atomic-write.ts';
import { defaultAuditLength } from './audit-length.ts';
import type { RedisClient } from './client.ts';
import type { RedisKeys } from './keys.ts';
import type { ToldChange } from './plan-write.ts';
import { tellUntold } from './tell-untold.ts';

export interface ImportTrailOptions {
  readonly client: RedisClient;
  readonly keys: RedisKeys;
  readonly clock: Clock;
  /** Changes with an entry each, before and after. Default 1,000. */
  readonly single?: number;
  /** Later ones that share an entry, about. Default 1,000. */
  readonly batch?: number;
}

/**
 * What an import tells the audit trail. Its first changes have an entry each, in the same script as
 * the change. Of more, which would push all else out of the trail, the script notes id and kind;
 * what is noted is told many to an entry. If the import ends before that, the next one tells.
 */
export class ImportTrail {
  readonly #options: Required<ImportTrailOptions>;
  readonly #run = randomUUID();
  #entries = 0;
  #noted = 0;
  #telling: Promise<void> | null = null;

  constructor(options: ImportTrailOptions) {
    this.#options = { single: 1000, batch: 1000, ...options };
  }

  /** What a write has to bring along. */
  tell({ id, before, after }: ToldChange): Pick<AtomicWrite, 'members' | 'audit'> {
    const { keys, clock, single } = this.#options;
    if (this.#entries >= single) {
      this.#noted += 1;
      const member = `${kindOf(before, after)}:${id}`;
      return { members: [{ key: keys.untold, member, type: 'plain', change: 'add' }] };
    }
    this.#entries += 1;
    const entry = JSON.stringify({
      at: clock.now(),
      actor: 'import',
      operation: this.#run,
      action: 'consumer.import',
      entity: id,
      before: before && describe(before),
      after: after && describe(after),
    });
    return { members: [], audit: { key: keys.audit, entry, maxLength: defaultAuditLength } };
  }

  /** Takes back what a write should have brought along that did not come about. */
  withdraw({ audit }: Pick<AtomicWrite, 'audit'>): void {
    if (audit === undefined) this.#noted -= 1;
    else this.#entries -= 1;
  }

  /** To be called after each write: tells what was noted, once it is enough. */
  async settle(): Promise<void> {
    if (this.#noted < this.#options.batch || this.#telling !== null) return;
    this.#noted = 0;
    this.#telling = this.#tellNoted().finally(() => {
      this.#telling = null;
    });
    await this.#telling;
  }

  /** Tells all that is noted. */
  async end(): Promise<void> {
    await this.#telling;
    await this.#tellNoted();
  }

  #tellNoted(): Promise<void> {
    const { client, keys, clock } = this.#options;
    return tellUntold({ client, keys, clock, run: this.#run });
  }
}

function describe(dossier: Dossier): object {
  if (dossier.application === null) return describeWhole(dossier);
  const { id, name, owner, redirectUri: redirect_uri } = dossier.application;
  return { ...describeWhole(dossier), application: { id, name, owner, redirect_uri } };
}

function kindOf(before: object | null, after: object | null): string {
  if (after === null) return 'deleted';
  return before === null ? 'created' : 'updated';
}
