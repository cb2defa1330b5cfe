import type { Entry } from '../admin-client/admin-client.ts';
import { readFields } from './fields.ts';
import { readEntries } from './read-file.ts';
import type { Resource } from './resource.ts';
import type { Session } from './session.ts';

/** What an entity is to become. */
export interface Wanted {
  readonly fields: Entry;
  /** Of the file, if it was written by `get`: then nobody else's change is overwritten. */
  readonly etag: string | undefined;
}

/** What the options and the file say, without what cannot be set. */
export async function readWanted(session: Session, resource: Resource): Promise<Wanted> {
  const { options, refuseUsage } = session;
  const given = readFields(resource.changes ?? resource.fields, session);
  const { file } = options;
  const entries = file === undefined ? [{}] : await readEntries(file, session);
  const [entry = {}, ...others] = entries;
  if (others.length > 0) return refuseUsage(`${String(file)}: expected one ${resource.singular}`);
  const settable = Object.entries(entry).filter(
    ([name]) => name !== 'etag' && !resource.readOnly.includes(name),
  );
  const fields = { ...Object.fromEntries(settable), ...given };
  if (Object.keys(fields).length === 0) {
    return refuseUsage('nothing to change: name its fields, or a file with -f');
  }
  const { etag } = entry;
  return { fields, etag: typeof etag === 'string' ? etag : undefined };
}

/** What differs from the present. */
export function changesOf(present: Entry, wanted: Entry, { refuseUsage }: Session): Entry {
  const { id } = wanted;
  if (id !== undefined && id !== present['id']) {
    return refuseUsage(`the file is of another one: its id is ${JSON.stringify(id)}`);
  }
  const different = Object.entries(wanted).filter(
    ([name, value]) => textOf(value) !== textOf(present[name]),
  );
  return Object.fromEntries(different);
}

/** No tags are told as null. */
function textOf(value: unknown): string {
  return JSON.stringify(Array.isArray(value) && value.length === 0 ? null : (value ?? null));
}
