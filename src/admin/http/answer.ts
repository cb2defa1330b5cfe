/** What goes back to the caller. */
export interface Answer {
  readonly status: number;
  /** Null = no content. */
  readonly body: object | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** For the log only. */
  readonly detail?: string;
}

export function ok(body: object): Answer {
  return { status: 200, body };
}

export const noContent: Answer = { status: 204, body: null };

/** Kong's plain errors: a message and nothing else. */
export function refusal(status: number, message: string): Answer {
  return { status, body: { message } };
}

export const notFound = refusal(404, 'Not found');
