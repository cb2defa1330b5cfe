import { halt, pass, type Step } from '../../lib/step.ts';
import type { ApplicationEntity, DeveloperEntity } from '../../registry/entities.ts';
import type { Registry } from '../../registry/ports.ts';
import { notFound as nobody, type RegistryProblem } from '../../registry/problem.ts';
import type { Answer } from '../http/answer.ts';
import { explainProblem } from '../http/explain-problem.ts';
import type { Call } from '../http/route.ts';
import { readDeveloperKey } from './developer-body.ts';

type Owners = Pick<Registry, 'applications' | 'developers'>;

/** Goes on with the developer of the path. */
export async function withDeveloper<Body>(
  { developers }: Owners,
  call: Call<Body>,
  then: (developer: DeveloperEntity) => Promise<Answer>,
): Promise<Answer> {
  const found = await developers.get(readDeveloperKey(call.param('developer')));
  return found.ok ? then(found.value) : explainProblem(found.stop);
}

/** Goes on with the application of the path, which is the developer's where the path names one. */
export async function withApplication<Body>(
  owners: Owners,
  call: Call<Body>,
  then: (application: ApplicationEntity) => Promise<Answer>,
): Promise<Answer> {
  const found = await findApplication(owners, call);
  return found.ok ? then(found.value) : explainProblem(found.stop);
}

async function findApplication<Body>(
  { applications, developers }: Owners,
  call: Call<Body>,
): Promise<Step<ApplicationEntity, RegistryProblem>> {
  const found = await applications.get(call.param('application').toLowerCase());
  if (!found.ok || !call.route.startsWith('/developers/')) return found;
  const developer = await developers.get(readDeveloperKey(call.param('developer')));
  if (!developer.ok) return developer;
  return found.value.owner === developer.value.id ? pass(found.value) : halt(nobody('application'));
}
