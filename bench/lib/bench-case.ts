import type { Driver } from './driver.ts';
import type { Pinning } from './pinning.ts';

/** What every case gets to work with. */
export interface Bench {
  readonly driver: Driver;
  readonly pinning: Pinning;
  /** Short rounds: to see that a case works, not to believe its figures. */
  readonly quick: boolean;
  /** Says what is under way. */
  readonly say: (text: string) => void;
}

export interface BenchCase {
  readonly name: string;
  readonly run: (bench: Bench) => Promise<CaseResult>;
}

export interface CaseResult {
  readonly title: string;
  readonly tables: readonly Table[];
  readonly bars: readonly Bar[];
  /** How the figures came about, where the tables do not say it. */
  readonly notes: readonly string[];
}

export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A promise of issue or contract, with what was measured; missed when the figure is above the limit. */
export interface Bar {
  readonly what: string;
  readonly limit: number;
  readonly measured: number;
  /** Follows the figures: `× bare`, ` MB`, ` s`. */
  readonly unit: string;
}

export function isMet({ measured, limit }: Bar): boolean {
  // Not a number is not met.
  return measured <= limit;
}
