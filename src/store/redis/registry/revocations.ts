import { halt, pass, type Step } from '../../../lib/step.ts';
import type { Stamp } from '../../../registry/dossier.ts';
import type { RevocationEntity } from '../../../registry/entities.ts';
import type {
  Outcome,
  Page,
  RevocationDraft,
  RevocationQuery,
  Revocations,
  WriteContext,
  Written,
} from '../../../registry/ports.ts';
import { invalid, notFound, type RegistryProblem } from '../../../registry/problem.ts';
import type { RevocationTarget, RevocationTerms } from '../../../registry/revocation.ts';
import { trimLog } from '../revocations/revocation-log.ts';
import { addRevocations } from './add-revocations.ts';
import { clientTargets, type ClientProvider } from './client-targets.ts';
import type { DossierReader } from './dossier-reader.ts';
import { listIds } from './list-ids.ts';
import {
  auditOf,
  describeRevocation,
  planLifting,
  planRevocation,
  readFacts,
} from './plan-revocation.ts';
import { readWith, required, type RegistryTools } from './registry-tools.ts';
import type { Plan } from './registry-writer.ts';
import { sweepRevocations } from './sweep-revocations.ts';

const kind = 'revocation';
/** Every write raises the revision, so that those of one process had better wait for each other. */
const lane = 'revocations';
const sweepMs = 3_600_000;
const retryMs = 60_000;
/** Writes after which the log of them is cut. */
const trimEvery = 1000;

/** How revocations are kept. */
export interface RevocationSettings extends RevocationTerms {
  /** There are no more at a time: each sidecar has all of them in memory. */
  readonly maxEntries: number;
  /** What is deleted takes the tokens of its client along. */
  readonly onClientDelete: boolean;
  /** What is known of how Consumers are named; default nothing. */
  readonly providers?: readonly ClientProvider[];
}

/** The port on Redis. */
export class RedisRevocations implements Revocations {
  readonly #tools: RegistryTools;
  /** Epoch milliseconds. */
  #sweepAt = 0;
  #writes = 0;

  constructor(tools: RegistryTools) {
    this.#tools = tools;
  }

  get(id: string): Outcome<RevocationEntity> {
    return readWith(this.#tools, async (reader) => {
      const found = await this.#findAll([id.toLowerCase()], reader);
      return found.ok ? required(pass(found.value[0] ?? null), notFound(kind)) : found;
    });
  }

  list(query: RevocationQuery): Outcome<Page<RevocationEntity>> {
    const { client, keys } = this.#tools;
    return readWith(this.#tools, async (reader) => {
      const list =
        query.kind === undefined ? keys.list(kind) : keys.narrowed(kind, 'kind', query.kind);
      const page = await listIds(client, { match: 'all', keys: [list] }, query);
      if (!page.ok) return page;
      const items = await this.#findAll(page.value.ids, reader);
      return items.ok ? pass({ items: items.value, next: page.value.next }) : items;
    });
  }

  create(draft: RevocationDraft, context: WriteContext): Outcome<Written<RevocationEntity>> {
    this.#sweepIfDue();
    return this.#tools.writer.write({
      action: 'revocation.create',
      input: describeDraft(draft),
      lane,
      context,
      plan: (reader, stamp) => this.#plan(draft, reader, stamp),
    });
  }

  delete(id: string, context: WriteContext): Outcome<RevocationEntity> {
    return this.#tools.writer.remove({
      action: 'revocation.delete',
      input: id,
      lane,
      context,
      plan: (reader, stamp) =>
        planLifting(id.toLowerCase(), context, reader, this.#tools.keys, stamp),
    });
  }

  async #plan(
    draft: RevocationDraft,
    reader: DossierReader,
    stamp: Stamp,
  ): Promise<Step<Plan<RevocationEntity>, RegistryProblem>> {
    const { keys, revocations } = this.#tools;
    const terms = revocations();
    const target = await findTarget(draft, terms, reader);
    if (!target.ok) return target;
    const wanted = { target: target.value, note: draft.note, terms };
    const planned = await planRevocation(wanted, reader, keys, stamp);
    if (!planned.ok) return planned;
    const { before, after, change, revision } = planned.value;
    const entity = describeRevocation(after);
    if (change === null) return pass({ entity, outcome: 'unchanged', change });
    if (before === null && (await this.#isFull(terms))) {
      return halt({ kind: 'limit_reached', limit: terms.maxEntries, of: 'revocations' });
    }
    const outcome = before === null ? 'created' : 'updated';
    const audited = { ...change, audit: auditOf(before, after) };
    const more = {
      targets: target.value.clients,
      note: `with the revocation of Consumer ${after.subject ?? ''}`,
      terms,
      after: revision,
    };
    const whole = await addRevocations(audited, more, reader, keys, stamp);
    return whole.ok ? pass({ entity, outcome, change: whole.value }) : whole;
  }

  /** Whoever writes clears away, at most once an hour, and waits for nothing. */
  #sweepIfDue(): void {
    const { client, keys, now } = this.#tools;
    const time = now();
    this.#writes += 1;
    // It is cut again with the next writes.
    if (this.#writes % trimEvery === 0) trimLog(client, keys).catch(() => undefined);
    if (time < this.#sweepAt) return;
    this.#sweepAt = time + sweepMs;
    sweepRevocations(client, keys, time).catch(() => {
      this.#sweepAt = time + retryMs;
    });
  }

  async #isFull({ maxEntries }: RevocationSettings): Promise<boolean> {
    const { client, keys } = this.#tools;
    return (await client.zcard(keys.list(kind))) >= maxEntries;
  }

  /** Those that count now; what is over may be in a list for a while. */
  async #findAll(
    ids: readonly string[],
    reader: DossierReader,
  ): Promise<Step<readonly RevocationEntity[], RegistryProblem>> {
    const { keys, now } = this.#tools;
    await reader.look(ids.map((id) => keys.revocation(id)));
    const found: RevocationEntity[] = [];
    for (const id of ids) {
      const facts = readFacts(reader.known.get(keys.revocation(id)) ?? null, now());
      if (!facts.ok) return facts;
      if (facts.value !== null) found.push(describeRevocation(facts.value));
    }
    return pass(found);
  }
}

/** What makes a repeat: not when it ends, which is worked out anew each time. */
function describeDraft(draft: RevocationDraft): object {
  const { kind: what, note } = draft;
  return 'key' in draft
    ? { what, key: draft.key, note }
    : { what, subject: draft.subject, issuer: draft.issuer, note };
}

interface FoundTarget extends RevocationTarget {
  /** What goes with it. */
  readonly clients: readonly RevocationTarget[];
}

/**
 * A Consumer is revoked by its id, whatever it was named by, and by the names that tokens give it: it
 * may be created anew, or another one be given them.
 */
async function findTarget(
  draft: RevocationDraft,
  { providers = [] }: RevocationSettings,
  reader: DossierReader,
): Promise<Step<FoundTarget, RegistryProblem>> {
  if (!('key' in draft)) {
    const { kind: what, subject, issuer, endsAt } = draft;
    return pass({ kind: what, subject, issuer, endsAt, clients: [] });
  }
  const found = await reader.find(draft.key.by, draft.key.value);
  if (!found.ok) return found;
  if (found.value === null) return halt(invalid({ consumer: 'no such Consumer' }));
  const { record } = found.value.dossier;
  const clients = clientTargets(record, providers);
  return pass({ kind: 'consumer', subject: record.id, issuer: null, endsAt: null, clients });
}
