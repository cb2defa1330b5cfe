import { z } from 'zod';
import { explainIssues, sayWhatIsExpected } from './explain-issues.ts';
import {
  writeHeaders,
  type Method,
  type Route,
  type RouteSpec,
  type WriteHeader,
} from './route.ts';
import { schemaViolation } from './violations.ts';

const noBody = z.undefined().or(z.strictObject({}));

const heedsOf: Readonly<Record<Method, readonly WriteHeader[]>> = {
  GET: [],
  POST: ['Idempotency-Key'],
  PUT: writeHeaders,
  PATCH: writeHeaders,
  DELETE: writeHeaders,
};

/** A route whose handler gets a body of the right form, or is not called. */
export function defineRoute<Body = undefined>(spec: RouteSpec<Body>): Route {
  const { method, path, roles, summary, query = [], body, handle } = spec;
  const { heeds = heedsOf[method] } = spec;
  return {
    method,
    path,
    roles,
    summary,
    query,
    heeds,
    body: body ?? null,
    run(call) {
      const schema = (body ?? noBody) as z.ZodType<Body>;
      // A body that is not there says no more than an empty one.
      const sent = body === undefined ? call.body : (call.body ?? {});
      const read = schema.safeParse(sent, { error: sayWhatIsExpected });
      if (!read.success) return schemaViolation(explainIssues(read.error.issues));
      return handle({ ...call, body: read.data });
    },
  };
}
