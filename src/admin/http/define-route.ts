import { z } from 'zod';
import { explainIssues, sayWhatIsExpected } from './explain-issues.ts';
import type { Route, RouteSpec } from './route.ts';
import { schemaViolation } from './violations.ts';

const noBody = z.undefined().or(z.strictObject({}));

/** A route whose handler gets a body of the right form, or is not called. */
export function defineRoute<Body = undefined>(spec: RouteSpec<Body>): Route {
  const { method, path, roles, summary, query = [], body, handle } = spec;
  return {
    method,
    path,
    roles,
    summary,
    query,
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
