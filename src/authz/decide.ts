import type { Credential } from './credentials/credential.ts';
import type { Allow, Answered } from './decision.ts';
import type { Refusal } from './refusal.ts';
import { writeChallenges } from './challenge.ts';
import { changeHeaders } from './identity-headers.ts';
import type { Permit } from './permit.ts';
import type { Policy } from './policy.ts';
import { reasonTable, type ReasonRow } from './reasons.ts';
import type { AuthzRequest } from './request.ts';

/** The only way to an {@link Allow}: it takes a permit. */
export function allow(
  request: AuthzRequest,
  permit: Permit,
  policy: Policy,
  credential: Credential | null,
): Allow {
  const hidden = policy.hideCredentials && credential !== null ? credential.header : null;
  return {
    kind: 'allow',
    reason: permit.reason,
    permit,
    headers: changeHeaders(request, permit, hidden),
  };
}

/** A refusal in the words of the table, or of the Service; without a policy, in the table's. */
export function refuse(refusal: Refusal, policy: Policy | null): Refusal & Answered {
  const row: ReasonRow = reasonTable[refusal.reason];
  return {
    ...refusal,
    message: chooseMessage(row, policy),
    challenges: policy === null ? [] : writeChallenges(row.challenge, policy),
    exposeReason: policy?.exposeReason ?? false,
  };
}

function chooseMessage(row: ReasonRow, policy: Policy | null): string {
  if (row.message === 'Unauthorized') return policy?.messages.unauthorized ?? row.message;
  if (row.message === 'Forbidden') return policy?.messages.forbidden ?? row.message;
  return row.message;
}
