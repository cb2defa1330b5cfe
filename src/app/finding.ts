/** One thing that was looked at. */
export interface Finding {
  readonly area: string;
  /** `warn`: it works, and may not for long, or not as meant. */
  readonly state: 'ok' | 'warn' | 'fail';
  readonly text: string;
  /** Null where there is nothing to do. */
  readonly advice: string | null;
}
