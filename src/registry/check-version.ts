import { halt, pass, type Step } from '../lib/step.ts';
import { etagOf, type Facts } from './dossier.ts';
import type { WriteContext } from './ports.ts';
import type { RegistryProblem } from './problem.ts';

/** Whether a conditional write may go on (RFC 9110 section 13.1.1). */
export function checkVersion(
  present: Facts | null,
  ifMatch: WriteContext['ifMatch'],
): Step<null, RegistryProblem> {
  if (ifMatch === undefined) return pass(null);
  const current = present === null ? null : etagOf(present);
  const fits = current !== null && (ifMatch === '*' || ifMatch.includes(current));
  return fits ? pass(null) : halt({ kind: 'version_mismatch', current });
}
