import type { IncomingHttpHeaders } from 'node:http';
import { halt, pass, type Step } from '../../lib/step.ts';
import type { WriteContext } from '../../registry/ports.ts';
import type { Actor } from '../access/roles.ts';
import { refusal, type Answer } from './answer.ts';

/** A list of strong entity tags (RFC 9110 section 8.8.3); weak ones never match (section 13.1.1). */
const etagList = /^\s*(?:W\/)?"[^"]*"\s*(?:,\s*(?:W\/)?"[^"]*"\s*)*$/;

/**
 * What `Idempotency-Key` and `If-Match` say of a write. Without a key it has a name for the audit
 * only, and is not remembered: nobody knows that name beforehand to repeat the write by.
 */
export function readWriteContext(
  headers: IncomingHttpHeaders,
  actor: Actor,
  createId: () => string,
): Step<WriteContext, Answer> {
  const key = headers['idempotency-key'];
  const repeatable = typeof key === 'string';
  const operationId = repeatable ? key : createId();
  if (!/^[\x21-\x7e]{1,128}$/.test(operationId)) {
    const message = 'Idempotency-Key: expected 1 to 128 visible ASCII characters';
    return halt(refusal(400, message));
  }
  const context = { actor: actor.name, operationId, repeatable };
  const condition = headers['if-match'];
  if (condition === undefined) return pass(context);
  if (condition.trim() === '*') return pass({ ...context, ifMatch: '*' });
  if (!etagList.test(condition)) return halt(refusal(400, 'If-Match: expected entity tags or *'));
  const strong = Array.from(condition.matchAll(/(W\/)?"([^"]*)"/g), ([, weak, tag = '']) =>
    weak === undefined ? [tag] : [],
  );
  return pass({ ...context, ifMatch: strong.flat() });
}
