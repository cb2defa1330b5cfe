import { halt, pass, type Step } from '../../../lib/step.ts';
import { checkVersion } from '../../../registry/check-version.ts';
import { etagOf, touch, type Stamp } from '../../../registry/dossier.ts';
import type { RevocationEntity } from '../../../registry/entities.ts';
import { nameAction } from '../../../registry/name-action.ts';
import type { WriteContext } from '../../../registry/ports.ts';
import { notFound, type RegistryProblem } from '../../../registry/problem.ts';
import {
  revocationId,
  revoke,
  type RevocationFacts,
  type RevocationTarget,
  type RevocationTerms,
} from '../../../registry/revocation.ts';
import { writeRevocation } from '../../../registry/write-entity.ts';
import type { MemberChange } from '../atomic-write.ts';
import type { RedisKeys } from '../keys.ts';
import { decodeRevocation, encodeRevocation } from '../revocations/revocation-codec.ts';
import { encodeLogged } from '../revocations/revocation-log.ts';
import {
  decodeRevision,
  encodeRevision,
  noRevision,
  type Revision,
} from '../revocations/revision.ts';
import type { DossierReader } from './dossier-reader.ts';
import type { PlannedChange } from './plan-save.ts';
import type { AuditDraft, Plan } from './registry-writer.ts';

export interface RevocationPlan {
  readonly target: RevocationTarget;
  readonly note: string | null | undefined;
  readonly terms: RevocationTerms;
  /** The revision that the same write makes before; default what is stored. */
  readonly after?: Revision | undefined;
}

export interface PlannedRevocation {
  readonly before: RevocationFacts | null;
  readonly after: RevocationFacts;
  /** Null where it is so already. */
  readonly change: PlannedChange | null;
  /** That this makes, or leaves. */
  readonly revision: Revision;
}

/** What has to be written to revoke something. */
export async function planRevocation(
  { target, note, terms, after: written }: RevocationPlan,
  reader: DossierReader,
  keys: RedisKeys,
  stamp: Stamp,
): Promise<Step<PlannedRevocation, RegistryProblem>> {
  const id = revocationId(target.kind, target.subject, target.issuer);
  const read = await readRevocation(id, reader, keys, stamp);
  if (!read.ok) return read;
  const before = read.value.facts;
  const made = revoke(before, target, note, terms, stamp);
  if (!made.ok) return made;
  const after = made.value;
  const last = written ?? read.value.revision;
  if (after === before) return pass({ before, after, change: null, revision: last });
  const revision = nextRevision(last, stamp);
  const text = encodeRevocation({ facts: after, lifted: false });
  const members: MemberChange[] = listsOf(after, keys).map((one) => ({ ...one, change: 'add' }));
  members.push(sorted(keys.narrowed('revocation', 'status', 'lifted'), id, 'remove'));
  members.push(logged(id, revision, last, keys));
  const change = { changes: writeBoth(id, text, revision, keys), members };
  return pass({ before, after, change, revision });
}

/** Takes a revocation back; its place says so to whoever has not heard of it. */
export async function planLifting(
  id: string,
  context: WriteContext,
  reader: DossierReader,
  keys: RedisKeys,
  stamp: Stamp,
): Promise<Step<Plan<RevocationEntity>, RegistryProblem>> {
  const read = await readRevocation(id, reader, keys, stamp);
  if (!read.ok) return read;
  const { facts, revision: last } = read.value;
  if (facts === null) return halt(notFound('revocation'));
  const fits = checkVersion(facts, context.ifMatch);
  if (!fits.ok) return fits;
  const entity = describeRevocation(facts);
  const revision = nextRevision(last, stamp);
  const text = encodeRevocation({ facts: touch(facts, stamp), lifted: true });
  const members: MemberChange[] = listsOf(facts, keys).map((one) => ({ ...one, change: 'remove' }));
  members.push(sorted(keys.narrowed('revocation', 'status', 'lifted'), id, 'add'));
  members.push(logged(id, revision, last, keys));
  const audit = auditOf(facts, null);
  const change = { changes: writeBoth(id, text, revision, keys), members, audit };
  return pass({ entity, outcome: 'deleted', change });
}

/** What the audit trail is told; at most one of both is null. */
export function auditOf(before: RevocationFacts | null, after: RevocationFacts | null): AuditDraft {
  return {
    action: nameAction('revocation', before, after),
    entity: (after ?? before)?.id ?? '',
    before: before && writeRevocation(describeRevocation(before)),
    after: after && writeRevocation(describeRevocation(after)),
  };
}

export function describeRevocation(facts: RevocationFacts): RevocationEntity {
  return { ...facts, etag: etagOf(facts) };
}

interface ReadRevocation {
  /** Null where nothing is revoked, any more or yet. */
  readonly facts: RevocationFacts | null;
  readonly revision: Revision;
}

/** The revocation with this id, and the state of the list, which every write has to have seen. */
async function readRevocation(
  id: string,
  reader: DossierReader,
  keys: RedisKeys,
  { now }: Stamp,
): Promise<Step<ReadRevocation, RegistryProblem>> {
  const key = keys.revocation(id);
  await reader.look([key, keys.revocationRevision]);
  const last = reader.known.get(keys.revocationRevision) ?? null;
  const revision = last === null ? noRevision : decodeRevision(last);
  const facts = readFacts(reader.known.get(key) ?? null, now);
  if (!facts.ok) return facts;
  return revision === null ? halt(unreadable) : pass({ facts: facts.value, revision });
}

/** What stands at the place of a revocation; null where it does not count, or counts no longer. */
export function readFacts(
  text: string | null,
  now: number,
): Step<RevocationFacts | null, RegistryProblem> {
  if (text === null) return pass(null);
  const stored = decodeRevocation(text);
  if (stored === null) return halt(unreadable);
  const { facts, lifted } = stored;
  return pass(lifted || facts.until <= now ? null : facts);
}

const unreadable: RegistryProblem = {
  kind: 'unavailable',
  detail: 'a revocation cannot be read',
};

function nextRevision({ number }: Revision, { newId }: Stamp): Revision {
  return { number: number + 1, name: newId() };
}

function writeBoth(
  id: string,
  text: string,
  revision: Revision,
  keys: RedisKeys,
): ReadonlyMap<string, string> {
  return new Map([
    [keys.revocation(id), text],
    [keys.revocationRevision, encodeRevision(revision)],
  ]);
}

function logged(
  id: string,
  revision: Revision,
  { name: previous }: Revision,
  keys: RedisKeys,
): MemberChange {
  return sorted(keys.revocationLog, encodeLogged({ revision, previous, id }), 'add');
}

function listsOf({ id, kind }: RevocationFacts, keys: RedisKeys) {
  const places = [keys.list('revocation'), keys.narrowed('revocation', 'kind', kind)];
  return places.map((key) => ({ key, member: id, type: 'sorted' }) as const);
}

function sorted(key: string, member: string, change: MemberChange['change']): MemberChange {
  return { key, member, change, type: 'sorted' };
}
