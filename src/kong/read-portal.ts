import { z } from 'zod';
import { checkDocument } from '../documents/check-document.ts';
import { parseDocument, type ParsedDocument } from '../documents/parse-document.ts';
import type { Problem } from '../documents/problem.ts';
import { pass, type Step } from '../lib/step.ts';

/** Codes of the portal (kong.md section 2.3), or the words for them. */
const statuses = ['approved', 'requested', 'rejected', 'revoked'] as const;
export type PortalStatus = (typeof statuses)[number];

const status = z
  .union([z.int().min(0).max(3), z.enum(statuses)], {
    error: `expected 0 to 3, or one of: ${statuses.join(', ')}`,
  })
  .transform((value): PortalStatus =>
    typeof value === 'number' ? (statuses[value] ?? 'requested') : value,
  );

const text = z.string().nullish();
const reference = z.looseObject({ id: text, name: text });

const developer = z.looseObject({ id: z.string(), email: text, status });
const application = z.looseObject({
  id: z.string(),
  name: text,
  custom_id: text,
  redirect_uri: text,
  developer: reference.nullish(),
  consumer: reference.nullish(),
});
const instance = z.looseObject({
  application: reference,
  service: reference,
  status,
  suspended: z.boolean().nullish(),
});

/** A list, or a page of the Admin API, which has to be the only one. */
function page<T extends z.ZodType>(item: T) {
  const rest = z.looseObject({ data: z.array(item), next: z.null().optional() });
  return z
    .union([z.array(item), rest], { error: 'expected a list, or an answer with all of its pages' })
    .prefault([])
    .transform((value) => (Array.isArray(value) ? value : value.data));
}

const portalSchema = z.strictObject({
  developers: page(developer),
  applications: page(application),
  application_instances: page(instance),
  services: page(reference),
});

export interface Portal {
  readonly document: ParsedDocument;
  readonly developers: readonly z.output<typeof developer>[];
  readonly applications: readonly z.output<typeof application>[];
  readonly instances: readonly z.output<typeof instance>[];
  /** For names of Services that the export knows by id only. */
  readonly services: readonly z.output<typeof reference>[];
}

/** Reads answers of the Admin API about the portal, gathered in one JSON object. */
export function readPortal(content: string, name: string): Step<Portal, readonly Problem[]> {
  const parsed = parseDocument(content, name);
  if (!parsed.ok) return parsed;
  const checked = checkDocument(parsed.value, portalSchema);
  if (!checked.ok) return checked;
  const { application_instances: instances, ...lists } = checked.value;
  return pass({ document: parsed.value, instances, ...lists });
}
