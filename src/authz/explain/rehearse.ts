import { pass, type MaybePromise, type Step } from '../../lib/step.ts';
import { whenThere } from '../../lib/when-there.ts';
import { createCheck, type CheckDependencies } from '../check.ts';
import type { ConsumerAttribute, ConsumerRecord, ResolveConsumer } from '../consumer.ts';
import { refuse } from '../decide.ts';
import type { Decision } from '../decision.ts';
import { unavailable, type Refusal } from '../refusal.ts';
import type { AuthzRequest } from '../request.ts';
import type { Sessions } from '../session.ts';
import { startTrail, type Trail } from '../trail.ts';
import type { StepName } from './step-of-reason.ts';

/** A Check that was gone through without consequence, with what was asked on the way. */
export interface Rehearsal {
  readonly decision: Decision;
  readonly asked: readonly Question[];
  readonly lookups: readonly Lookup[];
  /** A real request would have had its session opened or renewed, were that due. */
  readonly session: 'open' | 'renew' | null;
}

/** One call of a port. */
export interface Question {
  readonly step: StepName;
  /** `pending`: it has not answered; a refusal is what it answered. */
  outcome: 'pending' | 'passed' | Refusal;
}

/** A Consumer that was looked for. */
export interface Lookup {
  readonly by: ConsumerAttribute;
  readonly value: string;
  readonly found: ConsumerRecord | null;
}

interface Notes {
  readonly asked: Question[];
  readonly lookups: Lookup[];
  session: Rehearsal['session'];
}

/** Calls to providers are counted for this source, so that no real caller is taken for worse by them. */
const ownSource = 'dry run';
/** Never leaves; where it would, a mask takes its place. */
const placeholder = 'dry-run';

/**
 * Goes through the very Check of these ports: caches, providers and the store are asked as for any
 * request. No session is opened, renewed or ended and no JWT is signed; `proofs` had better use
 * nothing up. `onFault` hears of a bug, which makes the decision `internal`.
 */
export async function rehearse(
  request: AuthzRequest,
  deps: CheckDependencies,
  signal: AbortSignal,
  onFault: (error: unknown) => void,
): Promise<Rehearsal> {
  const notes: Notes = { asked: [], lookups: [], session: null };
  const trail = startTrail();
  const check = createCheck({ ...deps, ...withoutConsequence(deps, notes) });
  try {
    const judged = Promise.resolve(check(request, signal, trail));
    return { decision: await untilGivenUp(judged, trail, signal), ...notes };
  } catch (error) {
    onFault(error);
    return { decision: giveUp('internal', trail), ...notes };
  }
}

function withoutConsequence(deps: CheckDependencies, notes: Notes): Partial<CheckDependencies> {
  const note = createNote(notes);
  return {
    verifyToken: (presented, plan, signal) =>
      note('token', () => deps.verifyToken({ ...presented, source: ownSource }, plan, signal)),
    obtainToken: (presented, plan, signal) =>
      note('token', () => deps.obtainToken({ ...presented, source: ownSource }, plan, signal)),
    sessions: rehearseSessions(deps.sessions, notes),
    proofs: {
      checkDpop: (question, signal) => note('proof', () => deps.proofs.checkDpop(question, signal)),
      certificateThumbprint: (certificate) => deps.proofs.certificateThumbprint(certificate),
    },
    resolveConsumer: noteLookups(deps.resolveConsumer, notes),
    revocations: {
      current: (signal) => {
        // Those of the Consumer come once it is known.
        const step = notes.lookups.length > 0 ? 'consumer' : 'token';
        return note(step, () => deps.revocations.current(signal));
      },
    },
    signUpstreamJwt: () => placeholder,
  };
}

function rehearseSessions(sessions: Sessions, notes: Notes): Sessions {
  const note = createNote(notes);
  const leave = (session: Rehearsal['session']) => () => {
    notes.session = session;
    return null;
  };
  return {
    ...sessions,
    resume: (cookie, policy, signal) =>
      note('token', () => sessions.resume(cookie, policy, signal)),
    open: leave('open'),
    renew: leave('renew'),
    end: () => pass(null),
  };
}

function noteLookups(resolve: ResolveConsumer, notes: Notes): ResolveConsumer {
  const note = createNote(notes);
  return (by, value, signal) =>
    whenThere(
      note('consumer', () => resolve(by, value, signal)),
      (answer) => {
        if (answer.ok) notes.lookups.push({ by, value, found: answer.value });
        return answer;
      },
    );
}

function createNote({ asked }: Notes) {
  return function note<T, Stop extends Refusal>(
    step: StepName,
    ask: () => MaybePromise<Step<T, Stop>>,
  ): MaybePromise<Step<T, Stop>> {
    const question: Question = { step, outcome: 'pending' };
    asked.push(question);
    return whenThere(ask(), (answer) => {
      question.outcome = answer.ok ? 'passed' : answer.stop;
      return answer;
    });
  };
}

/** What a Check that does not heed the signal would be answered with. */
function untilGivenUp(
  checked: Promise<Decision>,
  trail: Trail,
  signal: AbortSignal,
): Promise<Decision> {
  return new Promise((resolve, reject) => {
    checked.then(resolve, reject);
    const leave = () => {
      resolve(giveUp('deadline_exceeded', trail));
    };
    signal.addEventListener('abort', () => setTimeout(leave), { once: true });
  });
}

function giveUp(reason: 'deadline_exceeded' | 'internal', trail: Trail): Decision {
  return { ...refuse(unavailable(reason), null), trail };
}
