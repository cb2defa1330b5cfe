/** Why a request did nothing, or may have done nothing; thrown, since a command can only tell it and end. */
export class AdminFailure extends Error {
  /** What the caller can do about it, a line each. */
  readonly hints: readonly string[];
  /** Of the answer; null = there was none. */
  readonly status: number | null;

  constructor(message: string, hints: readonly string[] = [], status: number | null = null) {
    super(message);
    this.name = 'AdminFailure';
    this.hints = hints;
    this.status = status;
  }
}
