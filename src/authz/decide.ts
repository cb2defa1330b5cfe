import { writeChallenges } from './challenge.ts';
import { writeClaimHeaders } from './claim-headers.ts';
import type { Credential } from './credentials/credential.ts';
import type { Allow, Answered } from './decision.ts';
import type { Equipment } from './equip-request.ts';
import { hideCredential } from './hide-credential.ts';
import { changeRequest, findGuarded } from './identity-headers.ts';
import type { Permit } from './permit.ts';
import type { Policy } from './policy.ts';
import { reasonTable } from './reason-table.ts';
import type { ReasonRow } from './reasons.ts';
import type { HeaderLine, Refusal } from './refusal.ts';
import { readCircumstances, repeatChanges } from './repeated-changes.ts';
import type { AuthzRequest } from './request.ts';
import type { Trail } from './trail.ts';

export interface Allowance extends Partial<Equipment> {
  readonly request: AuthzRequest;
  readonly policy: Policy;
  readonly permit: Permit;
  /** The credential that came along, refused or not. */
  readonly used?: Credential | null;
  /** What was learnt of the caller; without it no answer is taken for a repeated one. */
  readonly trail?: Trail;
}

/** The only way to an {@link Allow}: it takes a permit. */
export function allow(allowance: Allowance): Allow {
  const { permit, responseHeaders = [] } = allowance;
  const { headers, repeats } = changeOrRepeat(allowance, responseHeaders);
  return { kind: 'allow', reason: permit.reason, permit, headers, repeats, responseHeaders };
}

function changeOrRepeat(
  allowance: Allowance,
  responseHeaders: readonly HeaderLine[],
): Pick<Allow, 'headers' | 'repeats'> {
  const { request, policy, permit, used = null, trail } = allowance;
  const hidden = policy.hideCredentials ? hideCredential(request, used, policy) : null;
  const passedOn = passOn(allowance);
  const received = findGuarded(request, policy.guardedHeaders);
  const change = () => changeRequest(permit, policy, received, passedOn, hidden);

  const consumer = permit.subject?.consumer;
  const own = passedOn.length + received.length + responseHeaders.length;
  if (own > 0 || !consumer || !used || !trail) return { headers: change(), repeats: false };
  const circumstances = readCircumstances({ permit, policy, used, hidden, trail });
  if (circumstances === null) return { headers: change(), repeats: false };
  return { headers: repeatChanges(consumer, circumstances, change), repeats: true };
}

/** Headers of the Service's own choice, beside those that every Service has. */
function passOn(allowance: Allowance): HeaderLine[] {
  const { policy, claims = null, accessToken = null, upstreamJwt = null } = allowance;
  const lines: HeaderLine[] = [];
  if (claims !== null) lines.push(...writeClaimHeaders(claims, policy.claimHeaders));
  const authorization = accessToken === null ? keepOwn(allowance) : `Bearer ${accessToken}`;
  if (authorization !== null) lines.push(['authorization', authorization]);
  if (upstreamJwt !== null && policy.upstreamJwt !== null) {
    lines.push([policy.upstreamJwt.header, upstreamJwt]);
  }
  return lines;
}

/** A verified credential that need not be hidden stays where `Authorization` is else Postern's. */
function keepOwn({ request, policy, used, claims }: Allowance): string | null {
  const isVerified = claims !== null && claims !== undefined;
  if (policy.hideCredentials || !isVerified || !standsInAuthorization(used)) return null;
  const [value = null] = request.headers.values('authorization');
  return policy.ownedHeaders.has('authorization') ? value : null;
}

function standsInAuthorization(used: Credential | null | undefined): boolean {
  return used?.place.kind === 'header' && used.place.name === 'authorization';
}

const nothing: readonly HeaderLine[] = [];

/** A refusal in the words of the table, or of the Service; without a policy, in the table's. */
export function refuse(refusal: Refusal, policy: Policy | null): Refusal & Answered {
  const row: ReasonRow = reasonTable[refusal.reason];
  return {
    ...refusal,
    message: chooseMessage(row, policy),
    challenges: policy === null ? [] : writeChallenges(row.challenge, policy),
    answerHeaders: refusal.kind === 'deny' ? (refusal.headers ?? nothing) : nothing,
    exposeReason: policy?.exposeReason ?? false,
  };
}

function chooseMessage(row: ReasonRow, policy: Policy | null): string {
  if (row.message === 'Unauthorized') return policy?.messages.unauthorized ?? row.message;
  if (row.message === 'Forbidden') return policy?.messages.forbidden ?? row.message;
  return row.message;
}
