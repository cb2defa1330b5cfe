import { newFacts, touch, type ApplicationFacts, type Stamp } from './dossier.ts';

/** An application as a file declares it: whole, so that what is absent is not there. */
export interface DeclaredApplication {
  readonly name: string;
  readonly owner: string | null;
  readonly redirectUri: string | null;
}

/** What it makes of the one that is there, which keeps its id; `id` is for a new one. */
export function declareApplication(
  before: ApplicationFacts | null,
  { name, owner, redirectUri }: DeclaredApplication,
  id: string,
  stamp: Stamp,
): ApplicationFacts {
  if (before === null) return { ...newFacts(id, stamp), name, owner, redirectUri };
  const same = before.name === name && before.owner === owner && before.redirectUri === redirectUri;
  return same ? before : touch({ ...before, name, owner, redirectUri }, stamp);
}
