import { z } from 'zod';
import type { ConsumerRecord } from '../../../authz/consumer.ts';
import type { Dossier, Facts } from '../../../registry/dossier.ts';
import { derivePartId } from '../../consumer-id.ts';

/** Of the stored form; see `formatVersion` of the record. */
const version = 1;

const facts = { created_at: z.int(), updated_at: z.int(), version: z.int() };
const detailsSchema = z.object({
  v: z.literal(version),
  ...facts,
  acls: z.array(z.object({ id: z.guid(), group: z.string(), tags: z.array(z.string()), ...facts })),
  registrations: z.array(
    z.object({
      id: z.guid(),
      service: z.string(),
      note: z.string().nullable(),
      steps: z.array(
        z.object({
          to: z.enum(['requested', 'approved', 'rejected', 'revoked', 'suspended', 'resumed']),
          at: z.int(),
          by: z.string(),
          note: z.string().nullable(),
        }),
      ),
      ...facts,
    }),
  ),
  application: z
    .object({
      id: z.guid(),
      name: z.string(),
      redirect_uri: z.string().nullable(),
      owner: z.string().nullable(),
      ...facts,
    })
    .nullable(),
});

/** What administration adds to a record, as it is stored. */
export type Details = z.output<typeof detailsSchema>;

export function encodeDetails(details: Details): string {
  return JSON.stringify(details);
}

/** Null where it cannot be read. */
export function decodeDetails(text: string): Details | null {
  try {
    return detailsSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

export function toDetails({ facts, memberships, registrations, application }: Dossier): Details {
  return {
    v: version,
    ...storedFacts(facts),
    acls: Array.from(memberships, ([group, one]) => ({
      id: one.id,
      group,
      tags: [...one.tags],
      ...storedFacts(one),
    })),
    registrations: Array.from(registrations, ([service, one]) => ({
      id: one.id,
      service,
      note: one.note,
      steps: one.steps.map((step) => ({ ...step })),
      ...storedFacts(one),
    })),
    application: application && {
      id: application.id,
      name: application.name,
      redirect_uri: application.redirectUri,
      owner: application.owner,
      ...storedFacts(application),
    },
  };
}

/**
 * A record with its details. The record says what is: details of other groups and Services are left
 * behind by a release that did not know them, and what has none gets ids that follow from the names.
 */
export function joinDossier(record: ConsumerRecord, details: Details | null): Dossier {
  const acls = new Map(details?.acls.map((acl) => [acl.group, acl]));
  const standings = new Map(details?.registrations.map((one) => [one.service, one]));
  const own = details === null ? unknownFacts(record.id) : readFacts(record.id, details);
  return {
    record,
    facts: own,
    memberships: new Map(
      Array.from(record.groups, (group) => {
        const acl = acls.get(group);
        if (acl !== undefined) return [group, { ...readFacts(acl.id, acl), tags: acl.tags }];
        return [group, { ...unknownFacts(derivePartId(record.id, 'acl', group), own), tags: [] }];
      }),
    ),
    registrations: new Map(
      Array.from(record.registrations.keys(), (service) => {
        const one = standings.get(service);
        if (one !== undefined) {
          return [service, { ...readFacts(one.id, one), note: one.note, steps: one.steps }];
        }
        const id = derivePartId(record.id, 'registration', service);
        return [service, { ...unknownFacts(id, own), note: null, steps: [] }];
      }),
    ),
    application: readApplication(details),
  };
}

function readApplication(details: Details | null): Dossier['application'] {
  const application = details?.application ?? null;
  if (application === null) return null;
  const { id, name, redirect_uri: redirectUri, owner } = application;
  return { ...readFacts(id, application), name, redirectUri, owner };
}

type StoredFacts = Pick<Details, 'created_at' | 'updated_at' | 'version'>;

function storedFacts({ createdAt, updatedAt, version }: Facts): StoredFacts {
  return { created_at: createdAt, updated_at: updatedAt, version };
}

function readFacts(id: string, { created_at, updated_at, version }: StoredFacts): Facts {
  return { id, createdAt: created_at, updatedAt: updated_at, version };
}

/** Version 0: nothing was ever written of it. */
function unknownFacts(id: string, like?: Facts): Facts {
  return { id, createdAt: like?.createdAt ?? 0, updatedAt: like?.updatedAt ?? 0, version: 0 };
}
