import type { RegistryProblem } from '../../registry/problem.ts';
import { refusal, type Answer } from './answer.ts';
import { uniqueViolation } from './violations.ts';

const kinds = ['conflict', 'illegal_transition', 'limit_reached', 'owned', 'owner'] as const;

/** What is asked for goes against what is there. */
export type Conflict = Extract<RegistryProblem, { kind: (typeof kinds)[number] }>;

export function isConflict(problem: RegistryProblem): problem is Conflict {
  return (kinds as readonly string[]).includes(problem.kind);
}

/** 409, as Kong would say it; `sent` holds what the caller wanted the fields to be. */
export function explainConflict(
  problem: Conflict,
  sent: Readonly<Record<string, unknown>> = {},
): Answer {
  switch (problem.kind) {
    case 'conflict':
      return uniqueViolation({ [problem.attribute]: showSent(problem.attribute, sent) });
    case 'illegal_transition':
      return explainTransition(problem.from, problem.to);
    case 'limit_reached':
      return refusal(409, `The limit of ${String(problem.limit)} ${problem.of} is reached`);
    case 'owned':
      return explainOwned(problem.application);
    case 'owner':
      return ownsApplications;
  }
}

function showSent(attribute: string, sent: Readonly<Record<string, unknown>>): string {
  const value = Object.hasOwn(sent, attribute) ? sent[attribute] : undefined;
  return typeof value === 'string' ? value : 'taken';
}

function explainTransition(from: string, to: string): Answer {
  const message = `a registration that is ${from} cannot become ${to}`;
  return {
    status: 409,
    body: { message, name: 'illegal transition', fields: { status: message } },
  };
}

function explainOwned(id: string): Answer {
  const message = `This Consumer belongs to an application: nothing was changed; see /applications/${id}`;
  return { status: 409, body: { message, name: 'owned by an application' } };
}

const ownsApplications: Answer = {
  status: 409,
  body: {
    message:
      'This developer owns applications: nothing was changed; delete them first, or give them another owner (GET /applications?owner={id})',
    name: 'owner of applications',
  },
};
