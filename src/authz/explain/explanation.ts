import type { StepName } from './step-of-reason.ts';

/** `skipped`: the policy does not ask for it; `not reached`: the decision fell before. */
export type StepOutcome = 'passed' | 'failed' | 'skipped' | 'not reached';

export interface ExplainedStep {
  readonly step: StepName;
  readonly outcome: StepOutcome;
  /** Sentences for a person. */
  readonly facts: readonly string[];
}

/** What Postern would do with a request, and why: as it stands in answers, with names of the wire. */
export interface Explanation {
  /** `answer`: Postern itself replies, and the request goes no further. */
  readonly decision: 'allow' | 'answer' | 'deny' | 'unavailable';
  readonly reason: string;
  /** Of a refusal: what the log would say and the client is not told. */
  readonly detail: string | null;
  /** Of the client's answer; 200 stands for a request that passes. */
  readonly http_status: number;
  /** Of a refusal: what the client is told. */
  readonly message: string | null;
  readonly service: string | null;
  readonly route: string | null;
  readonly steps: readonly ExplainedStep[];
  /** Changes of the request to the upstream; null where it does not get there. */
  readonly upstream: UpstreamChanges | null;
  /** What to do about a refusal. */
  readonly advice: string | null;
  /** What a dry run cannot know, or did not do. */
  readonly limits: readonly string[];
}

export interface UpstreamChanges {
  /** `***` where the value may be a secret. */
  readonly set: readonly { readonly name: string; readonly value: string }[];
  readonly remove: readonly string[];
  readonly remove_query: readonly string[];
}
