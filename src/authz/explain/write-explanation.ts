import type { Decision } from '../decision.ts';
import { reasonTable } from '../reason-table.ts';
import { advise } from './advise.ts';
import {
  failedStep,
  hasPolicy,
  isStoodIn,
  refusalOf,
  type Case,
  type CaseOfPolicy,
} from './case.ts';
import { describeClaims, skipsClaims } from './describe-claims.ts';
import { describeConsumer } from './describe-consumer.ts';
import { describeCredential } from './describe-credential.ts';
import { describeHeaders, writeChanges } from './describe-headers.ts';
import { describeLimits } from './describe-limits.ts';
import { describePolicy } from './describe-policy.ts';
import { describeProof, skipsProof } from './describe-proof.ts';
import { describeAcl, describeRegistration } from './describe-rights.ts';
import { describeToken } from './describe-token.ts';
import type { ExplainedStep, Explanation, StepOutcome } from './explanation.ts';
import { stepNames, type StepName } from './step-of-reason.ts';
import { clean } from './words.ts';

/** Room for a command with long names behind the words. */
const maxAdvice = 1500;

/** The explanation of a case; every text in it is fit to be shown. */
export function writeExplanation(it: Case): Explanation {
  const { decision } = it.final;
  const refusal = refusalOf(decision);
  const advice = advise(it);
  return {
    decision: decision.kind,
    reason: decision.reason,
    detail: refusal?.detail === undefined ? null : clean(refusal.detail),
    http_status: statusOf(decision),
    message: refusal?.message ?? null,
    service: decision.trail.service,
    route: decision.trail.route,
    steps: stepNames.map((step) => writeStep(step, it)),
    upstream: decision.kind === 'allow' ? writeChanges(decision.headers) : null,
    advice: advice === null ? null : clean(advice, maxAdvice),
    limits: describeLimits(it).map((limit) => clean(limit)),
  };
}

function statusOf(decision: Decision): number {
  if (decision.kind === 'allow') return 200;
  return decision.kind === 'answer' ? decision.status : reasonTable[decision.reason].http;
}

interface StepWords {
  readonly describe: (it: CaseOfPolicy) => readonly string[];
  /** The policy asks for nothing here. */
  readonly skips: (it: CaseOfPolicy) => boolean;
}

const always = () => false;

const words: Readonly<Record<Exclude<StepName, 'policy'>, StepWords>> = {
  credential: { describe: describeCredential, skips: always },
  token: { describe: describeToken, skips: always },
  proof: { describe: describeProof, skips: skipsProof },
  claims: { describe: describeClaims, skips: skipsClaims },
  consumer: { describe: describeConsumer, skips: always },
  registration: {
    describe: describeRegistration,
    skips: ({ policy }) => !policy.registrationRequired,
  },
  acl: { describe: describeAcl, skips: ({ policy }) => policy.acl === null },
  headers: { describe: describeHeaders, skips: ({ final }) => final.decision.kind === 'answer' },
};

function writeStep(step: StepName, it: Case): ExplainedStep {
  const outcome = outcomeOf(step, it);
  return { step, outcome, facts: describeStep(step, outcome, it).map((fact) => clean(fact)) };
}

function describeStep(step: StepName, outcome: StepOutcome, it: Case): readonly string[] {
  if (step === 'policy') return describePolicy(it);
  if (!hasPolicy(it) || outcome === 'not reached' || outcome === 'skipped') return [];
  return words[step].describe(it);
}

function outcomeOf(step: StepName, it: Case): StepOutcome {
  const failed = failedStep(it.final);
  if (step === failed) return 'failed';
  if (failed !== null && isAfter(step, failed)) return 'not reached';
  const ownFailure = isStoodIn(it) ? failedStep(it.alone) : null;
  if (ownFailure !== null && isBefore(step, 'consumer') && !isBefore(step, ownFailure)) {
    return step === ownFailure ? 'failed' : 'not reached';
  }
  return isSkipped(step, it) ? 'skipped' : 'passed';
}

/** On an open route, and on a page of Postern's own, nobody is asked for anything. */
function isSkipped(step: StepName, it: Case): boolean {
  if (step === 'policy' || !hasPolicy(it)) return false;
  const nobodyAsked = it.credential === null && step !== 'headers';
  return nobodyAsked || words[step].skips(it);
}

function isBefore(step: StepName, other: StepName): boolean {
  return stepNames.indexOf(step) < stepNames.indexOf(other);
}

function isAfter(step: StepName, other: StepName): boolean {
  return isBefore(other, step);
}
