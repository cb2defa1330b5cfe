import { halt, pass, type Step } from '../lib/step.ts';
import { excerpt, tellUrl } from './explain-trouble.ts';
import { HttpFault, type HttpClient } from './http-client.ts';
import { readJsonAnswer } from './read-json-answer.ts';
import type { CallOperation } from './report.ts';

export type JsonDocument = Readonly<Record<string, unknown>>;

/** Why a document was not had. `outage`: the provider is in trouble, so that it may lie there all the same. */
export interface Miss {
  readonly kind: 'outage' | 'absent';
  /** For the log: where, and what came of it. */
  readonly why: string;
}

export interface DocumentRequest {
  readonly operation: CallOperation;
  readonly url: string;
  readonly accept: string;
  /** Ends the call. */
  readonly signal: AbortSignal;
}

/** Fetches a JSON object that a provider publishes. Rejects for faults of ours alone. */
export async function fetchDocument(
  http: HttpClient,
  { operation, url, accept, signal }: DocumentRequest,
): Promise<Step<JsonDocument, Miss>> {
  try {
    const response = await http.send(operation, url, {
      method: 'GET',
      headers: { accept },
      signal,
    });
    const { status } = response;
    const document = await readJsonAnswer(response);
    if (document !== null) return pass(document);
    const kind = status === 429 || status >= 500 ? 'outage' : 'absent';
    const what = status === 200 ? 'is not JSON, or no object' : `answered ${String(status)}`;
    return halt({ kind, why: `${tellUrl(url)} ${what}` });
  } catch (error) {
    if (!(error instanceof HttpFault)) throw error;
    const code = error.code === null ? '' : ` (${excerpt(error.code)})`;
    return halt({ kind: 'outage', why: `${tellUrl(url)}: ${error.outcome}${code}` });
  }
}
