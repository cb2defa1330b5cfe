import type { Unavailable } from '../authz/refusal.ts';
import type { Step } from '../lib/step.ts';

/**
 * Port: texts that live for a while, shared by all replicas. Ids are SHA-256 values in base64url, so
 * that whoever reads the store can make no cookie of them. Nothing rejects: `store_unavailable` is a
 * value.
 */
export interface SessionStore {
  /** Null = not there, or no longer. */
  read(id: string): Promise<Step<string | null, Unavailable>>;
  /** `ttlMs`: whole milliseconds, at least 1. */
  write(id: string, text: string, ttlMs: number): Promise<Step<null, Unavailable>>;
  /** As `write`, but false and nothing done where it is not there any more. */
  replace(id: string, text: string, ttlMs: number): Promise<Step<boolean, Unavailable>>;
  /** How many of them were there. */
  remove(ids: readonly string[]): Promise<Step<number, Unavailable>>;
}
