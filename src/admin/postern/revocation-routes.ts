import type { Revocations } from '../../registry/ports.ts';
import { revocationKinds } from '../../registry/revocation.ts';
import { writeRevocation } from '../../registry/write-entity.ts';
import { allowed } from '../access/roles.ts';
import { answerEntity, answerWritten, explainWrite } from '../http/answer-with.ts';
import { noContent, type Answer } from '../http/answer.ts';
import { defineRoute } from '../http/define-route.ts';
import { explainProblem } from '../http/explain-problem.ts';
import { pageParameters, readPage, writePage } from '../http/read-page.ts';
import type { Call, Route } from '../http/route.ts';
import { invalidOption } from '../http/violations.ts';
import {
  readRevocation,
  revocationBody,
  type FindSession,
  type RevocationBody,
} from './revocation-body.ts';

export interface RevocationParts {
  readonly registry: { readonly revocations: Revocations };
  readonly findSession: FindSession;
}

const list = '/revocations';
const one = '/revocations/:revocation';

/** What counts no longer, though its provider has not ended it. */
export function createRevocationRoutes(parts: RevocationParts): readonly Route[] {
  const { revocations } = parts.registry;
  return [
    defineRoute({
      method: 'GET',
      path: list,
      roles: allowed.readers,
      summary: 'Lists revocations; what they revoke is named only for clients and Consumers.',
      query: [...pageParameters, 'kind'],
      handle: (call) => listRevocations(revocations, call),
    }),
    defineRoute({
      method: 'POST',
      path: list,
      roles: allowed.nobodyElse,
      summary:
        'Revokes a token, a session, or all that a client or a Consumer was issued until now.',
      body: revocationBody,
      handle: (call) => revoke(parts, call),
    }),
    defineRoute({
      method: 'GET',
      path: one,
      roles: allowed.readers,
      summary: 'Gives a revocation.',
      handle: async (call) => answerEntity(await revocations.get(idOf(call)), writeRevocation),
    }),
    defineRoute({
      method: 'DELETE',
      path: one,
      roles: allowed.nobodyElse,
      summary: 'Lifts a revocation that was a mistake.',
      async handle(call) {
        const lifted = await revocations.delete(idOf(call), call.write);
        return lifted.ok ? noContent : explainWrite(lifted.stop, call);
      },
    }),
  ];
}

function idOf(call: Pick<Call, 'param'>): string {
  return call.param('revocation').toLowerCase();
}

async function listRevocations(revocations: Revocations, call: Call<undefined>): Promise<Answer> {
  const page = readPage(call);
  if (!page.ok) return page.stop;
  const asked = call.query.get('kind');
  const kind = revocationKinds.find((name) => name === asked);
  if (asked !== undefined && kind === undefined) {
    return invalidOption('kind', `expected one of: ${revocationKinds.join(', ')}`);
  }
  const listed = await revocations.list({ ...page.value, kind });
  return listed.ok ? writePage(listed.value, call, writeRevocation) : explainProblem(listed.stop);
}

async function revoke(
  { registry, findSession }: RevocationParts,
  call: Call<RevocationBody>,
): Promise<Answer> {
  const draft = await readRevocation(call.body, findSession);
  if (!draft.ok) return draft.stop;
  const written = await registry.revocations.create(draft.value, call.write);
  return answerWritten(written, call, writeRevocation);
}
