import type { Actor } from '../access/roles.ts';

/** What becomes known of a request on its way. */
export interface CallNote {
  /** Null = nobody was let in. */
  actor: Actor | null;
  /** Why it failed, for the log only. */
  detail: string | null;
}

/** Notes of the requests under way, by the framework's request. */
export class CallNotes {
  readonly #notes = new WeakMap<object, CallNote>();

  of(request: object): CallNote {
    const present = this.#notes.get(request);
    if (present !== undefined) return present;
    const note: CallNote = { actor: null, detail: null };
    this.#notes.set(request, note);
    return note;
  }
}
