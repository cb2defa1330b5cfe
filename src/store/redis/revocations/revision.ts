/**
 * Which state of the list of revocations: a number that each write raises by one, with a name that no
 * other write has. After a failover the number may come again, for another write; the name does not.
 */
export interface Revision {
  readonly number: number;
  readonly name: string;
}

/** Before anything was ever revoked. */
export const noRevision: Revision = { number: 0, name: '' };

export function encodeRevision({ number, name }: Revision): string {
  return `${number} ${name}`;
}

/** Null where it is none. */
export function decodeRevision(text: string): Revision | null {
  const [, number, name] = /^(\d{1,15}) ([\w-]+)$/.exec(text) ?? [];
  return number === undefined || name === undefined ? null : { number: Number(number), name };
}

export function sameRevision(one: Revision, other: Revision): boolean {
  return one.number === other.number && one.name === other.name;
}
