import {
  authorizationServiceName,
  loadAuthorizationProto,
} from '../../src/envoy/authorization-proto.ts';
import type { RawCheckResponse } from '../../test/support/check-client.ts';

/** Path of the one method that is called. */
export const checkPath = `/${authorizationServiceName}/Check`;

/**
 * Checks every answer by its decoded `status.code`. Equal bytes are not decoded again, which keeps
 * the driver cheap where all answers are the same.
 */
export class AnswerJudge {
  readonly #expected: readonly number[];
  readonly #decode = loadAuthorizationProto().service.Check.responseDeserialize;
  #lastRight: Buffer | null = null;
  wrong = 0;
  firstWrong: string | null = null;

  constructor(expected: readonly number[]) {
    this.#expected = expected;
  }

  take(message: Buffer | null): void {
    if (message !== null && this.#lastRight?.equals(message) === true) return;
    if (message !== null && this.#isExpected(message)) {
      this.#lastRight = Buffer.from(message);
      return;
    }
    this.wrong += 1;
    this.firstWrong ??= message === null ? 'a gRPC error' : JSON.stringify(this.#decode(message));
  }

  /** An answer without `status` would be taken for OK by Envoy, and is never right here. */
  #isExpected(message: Buffer): boolean {
    const answer: RawCheckResponse = this.#decode(message);
    return answer.status != null && this.#expected.includes(answer.status.code ?? 0);
  }
}
