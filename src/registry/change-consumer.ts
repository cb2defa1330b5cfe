import type { ConsumerRecord } from '../authz/consumer.ts';
import { halt, pass, type Step } from '../lib/step.ts';
import { checkId, checkName, checkRateLimit, checkTags, gather, maybe } from './check-fields.ts';
import { newFacts, touch, type Dossier, type Stamp } from './dossier.ts';
import type { ConsumerDraft, ConsumerKey } from './ports.ts';
import { invalid, type RegistryProblem } from './problem.ts';

type Changed = Step<Dossier, RegistryProblem>;

export function createConsumer(
  draft: ConsumerDraft & { readonly id?: string | undefined },
  stamp: Stamp,
): Changed {
  const checked = gather({ id: maybe(draft.id, checkId) });
  if (!checked.ok) return checked;
  const id = draft.id?.toLowerCase() ?? stamp.newId();
  const blank: ConsumerRecord = {
    id,
    customId: null,
    username: null,
    identityProvider: null,
    tags: [],
    groups: new Set(),
    registrations: new Map(),
    rateLimit: null,
  };
  const facts = newFacts(id, stamp);
  const empty = { record: blank, facts, memberships: new Map(), registrations: new Map() };
  return edit({ ...empty, application: null }, draft);
}

/** What a `PUT` at `key` makes of who is there, or of nobody. */
export function replaceConsumer(
  before: Dossier | null,
  key: ConsumerKey,
  draft: ConsumerDraft,
  stamp: Stamp,
): Changed {
  const { username, customId, tags, ...others } = draft;
  const name = username ?? (key.by === 'username' ? key.value : null);
  const whole = { username: name, customId: customId ?? null, tags: tags ?? [], ...others };
  if (before !== null) return patchConsumer(before, whole, stamp);
  return createConsumer(key.by === 'id' ? { ...whole, id: key.value } : whole, stamp);
}

/** The same dossier where nothing changes. */
export function patchConsumer(before: Dossier, changes: ConsumerDraft, stamp: Stamp): Changed {
  const edited = edit(before, changes);
  if (!edited.ok || sameConsumer(before.record, edited.value.record)) {
    return edited.ok ? pass(before) : edited;
  }
  return pass({ ...edited.value, facts: touch(before.facts, stamp) });
}

function edit(dossier: Dossier, draft: ConsumerDraft): Changed {
  const checked = gather({
    username: maybe(draft.username, checkName),
    custom_id: maybe(draft.customId, checkName),
    identity_provider: maybe(draft.identityProvider, checkName),
    tags: maybe(draft.tags, checkTags),
    rate_limit: maybe(draft.rateLimit, checkRateLimit),
  });
  if (!checked.ok) return checked;
  const { record } = dossier;
  const edited: ConsumerRecord = {
    ...record,
    username: given(draft.username, record.username),
    customId: given(draft.customId, record.customId),
    tags: draft.tags === undefined ? record.tags : [...new Set(draft.tags)],
    identityProvider: given(draft.identityProvider, record.identityProvider),
    rateLimit: given(draft.rateLimit, record.rateLimit),
  };
  if (edited.username === null && edited.customId === null) {
    const message = "at least one of these fields must be non-empty: 'custom_id', 'username'";
    return halt(invalid({ '@entity': message }));
  }
  return pass({ ...dossier, record: edited });
}

function given<T>(wanted: T | undefined, present: T): T {
  return wanted === undefined ? present : wanted;
}

/** Whether two records are the same Consumer but for its groups and registrations. */
export function sameConsumer(one: ConsumerRecord, other: ConsumerRecord): boolean {
  return textOf(one) === textOf(other);
}

function textOf(record: ConsumerRecord): string {
  const { username, customId, tags, identityProvider, rateLimit } = record;
  const limit = rateLimit === null ? null : [rateLimit.requestsPerUnit, rateLimit.unit];
  return JSON.stringify([username, customId, tags, identityProvider, limit]);
}
