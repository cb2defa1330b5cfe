import { z } from 'zod';
import type { CheckQuestion } from '../../authz/explain/question.ts';
import { allowed } from '../access/roles.ts';
import { ok } from '../http/answer.ts';
import { defineRoute } from '../http/define-route.ts';
import type { Route } from '../http/route.ts';

/** Goes through a Check without consequence, and tells how each step of it went. */
export type ExplainCheck = (question: CheckQuestion) => Promise<object>;

/** As many and as long as Envoy lets through by default, and no more than it may be told to. */
const maxHeaders = 200;
const maxName = 256;
const maxValue = 65_536;
const maxValues = 20;

const text = z.string().max(8192);
const name = z
  .string()
  .max(maxName)
  .regex(/^[\w!#$%&'*+.^`|~-]+$/, 'expected the name of a header');
const value = z
  .string()
  .max(maxValue)
  // A header cannot hold them, so that a question with them is about no request.
  // eslint-disable-next-line no-control-regex
  .regex(/^[^\u0000\r\n]*$/, 'expected a value without line breaks');

const checkBody = z.strictObject({
  service: text.optional(),
  route: text.optional(),
  host: text.optional(),
  method: z
    .string()
    .max(64)
    .regex(/^[\w!#$%&'*+.^`|~-]+$/, 'expected a method')
    .optional(),
  path: z.string().max(maxValue).startsWith('/').or(z.literal('*')).optional(),
  headers: z
    .record(name, value.or(z.array(value).max(maxValues)))
    .refine((headers) => Object.keys(headers).length <= maxHeaders, 'too many headers')
    .optional(),
  source_address: text.optional(),
  certificate: z.string().max(maxValue).optional(),
}) satisfies z.ZodType<CheckQuestion>;

/**
 * Explains what would be decided on a request. Whoever may ask can try credentials, and is told about
 * Consumers: nothing for a `requester`.
 */
export function createCheckRoute(explainCheck: ExplainCheck): Route {
  return defineRoute({
    method: 'POST',
    path: '/check',
    roles: allowed.readers,
    summary: 'Says what would be decided on a request and why, step by step; changes nothing.',
    heeds: [],
    body: checkBody,
    handle: async ({ body }) => ok(await explainCheck(body)),
  });
}
