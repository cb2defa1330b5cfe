import { pass, type MaybePromise, type Step } from '../lib/step.ts';
import type { Answer } from './decision.ts';
import { readCookies } from './cookies.ts';
import type { Policy, SessionPolicy } from './policy.ts';
import type { HeaderLine, Unavailable } from './refusal.ts';
import type { AuthzRequest } from './request.ts';
import type { Sessions } from './session.ts';

/** Gives the answer that Postern itself has to a request; null = this is none of its own pages. */
type AnswerPage = (
  request: AuthzRequest,
  policy: Policy,
  sessions: Sessions,
  signal: AbortSignal,
) => MaybePromise<Step<Answer, Unavailable>> | null;

/** Postern's own pages on a Service, in this order; a page is a row. */
const pages: readonly AnswerPage[] = [answerResourceMetadata, answerLogout];

/** Answers requests for Postern's own pages; null = the request is for the upstream. */
export function answerItself(
  request: AuthzRequest,
  policy: Policy,
  sessions: Sessions,
  signal: AbortSignal,
): MaybePromise<Step<Answer, Unavailable>> | null {
  for (const page of pages) {
    const answer = page(request, policy, sessions, signal);
    if (answer !== null) return answer;
  }
  return null;
}

/** Protected resource metadata (RFC 9728 section 3), for anybody, from any origin. */
function answerResourceMetadata(
  request: AuthzRequest,
  { resourceMetadata }: Policy,
): Step<Answer, Unavailable> | null {
  if (resourceMetadata === null) return null;
  if (readPath(request) !== resourceMetadata.path) return null;
  if (request.method !== 'GET' && request.method !== 'HEAD') return null;
  return pass({
    kind: 'answer',
    reason: 'resource_metadata',
    status: 200,
    headers: [
      ['content-type', 'application/json'],
      ['cache-control', 'public, max-age=300'],
      ['access-control-allow-origin', '*'],
      ['x-content-type-options', 'nosniff'],
    ],
    body: resourceMetadata.body,
  });
}

/** Ends the session of the cookie that came along; without one there is nothing to do but say so. */
function answerLogout(
  request: AuthzRequest,
  { session: policy }: Policy,
  sessions: Sessions,
  signal: AbortSignal,
): Promise<Step<Answer, Unavailable>> | null {
  const logout = policy?.logout ?? null;
  if (policy === null || logout === null) return null;
  if (readPath(request) !== logout.path || !logout.methods.has(request.method)) return null;
  return endSession(request, policy, logout.redirect, sessions, signal);
}

async function endSession(
  request: AuthzRequest,
  policy: SessionPolicy,
  redirect: string | null,
  sessions: Sessions,
  signal: AbortSignal,
): Promise<Step<Answer, Unavailable>> {
  const cleared = await sessions.end(readCookies(request, policy.cookieName), policy, signal);
  if (!cleared.ok) return cleared;
  const common: readonly HeaderLine[] = [
    ...(cleared.value === null ? [] : [['set-cookie', cleared.value] as const]),
    ['cache-control', 'no-store'],
  ];
  const answer = { kind: 'answer', reason: 'logout', body: '' } as const;
  return pass(
    redirect === null
      ? { ...answer, status: 204, headers: common }
      : { ...answer, status: 303, headers: [...common, ['location', redirect]] },
  );
}

/** The path without its query, as received. */
function readPath({ path }: AuthzRequest): string {
  const end = path.search(/[?#]/);
  return end === -1 ? path : path.slice(0, end);
}
