import type { AclPolicy } from '../policy.ts';
import type { DenyReason, Outage } from '../reasons.ts';
import { reasonTable } from '../reason-table.ts';
import { hasPolicy, isStoodIn, refusalOf, type Case, type CaseOfPolicy } from './case.ts';
import { listPlaces } from './describe-credential.ts';
import { consumerClaims } from './describe-consumer.ts';
import { speakingGroups } from './describe-rights.ts';
import { list, quote, tellPaths, tellRequirement } from './words.ts';

type Advise = (it: CaseOfPolicy) => string;

/** What to do about a refusal, with the names of this case; null where it was none. */
export function advise(it: Case): string | null {
  const refusal = refusalOf(it.final.decision);
  if (refusal === null) return null;
  const { reason, detail } = refusal;
  const why = detail === undefined ? '' : ` (${detail})`;
  const general = `${reasonTable[reason].meaning.replace(/\.$/, '')}${why}.`;
  const stood = isStoodIn(it) ? ` ${tellFirst(it)}` : '';
  if (!hasPolicy(it)) return `${general} ${adviseOnPolicy(it)}`;
  return `${general}${stood} ${advice[reason](it)}`;
}

/** The caller's own refusal, which is what the caller can mend. */
function tellFirst({ alone, policy }: Case): string {
  const first = refusalOf(alone.decision)?.reason ?? '';
  return `It is about ${policy?.anonymous ?? ''}, who stands in after ${first}.`;
}

function adviseOnPolicy({ table }: Case): string {
  return (
    `Set context_extensions.service (and route) of the Envoy route to names of the configuration; ` +
    `its Services: ${list(table.services.keys())}.`
  );
}

function remedyOf(reason: DenyReason | Outage): Advise {
  return () => reasonTable[reason].remedy;
}

const advice: Readonly<Record<DenyReason | Outage, Advise>> = {
  policy_unknown: adviseOnPolicy,
  credential_missing: ({ policy }) => `Send one of: ${list(listPlaces(policy))}.`,
  credential_malformed: remedyOf('credential_malformed'),
  credential_ambiguous: remedyOf('credential_ambiguous'),
  token_malformed: remedyOf('token_malformed'),
  token_signature_invalid: remedyOf('token_signature_invalid'),
  token_expired: remedyOf('token_expired'),
  token_not_yet_valid: remedyOf('token_not_yet_valid'),
  token_issuer_mismatch: ({ policy }) =>
    `Accepted here: ${list([...policy.providers.values()].flatMap(({ issuers }) => [...issuers]))}. ` +
    reasonTable.token_issuer_mismatch.remedy,
  token_inactive: remedyOf('token_inactive'),
  token_revoked: remedyOf('token_revoked'),
  session_invalid: remedyOf('session_invalid'),
  client_rejected: remedyOf('client_rejected'),
  token_proof_invalid: remedyOf('token_proof_invalid'),
  proof_nonce_required: remedyOf('proof_nonce_required'),
  token_audience_mismatch: adviseOnAudience,
  scope_insufficient: ({ policy }) =>
    `Ask the provider for a token with: ${tellRequirement(policy.scopesRequired)}.`,
  claim_refused: remedyOf('claim_refused'),
  consumer_claim_missing: (it) =>
    `Have the provider put the client id into ${tellPaths(consumerClaims(it))}, or name another ` +
    `claim in consumer_claims.`,
  consumer_unknown: adviseOnConsumer,
  registration_missing: (it) => adviseOnRegistration('create', it),
  registration_requested: (it) => adviseOnRegistration('approve', it),
  registration_rejected: (it) => adviseOnRegistration('approve', it),
  registration_revoked: (it) => adviseOnRegistration('approve', it),
  registration_suspended: (it) => adviseOnRegistration('resume', it),
  group_not_allowed: adviseOnGroups,
  group_denied: adviseOnGroups,
  subject_anonymous: (it) =>
    `Authenticate with one of: ${list(listPlaces(it.policy))}. ` +
    reasonTable.subject_anonymous.remedy,
  idp_unavailable: remedyOf('idp_unavailable'),
  store_unavailable: remedyOf('store_unavailable'),
  overloaded: remedyOf('overloaded'),
  deadline_exceeded: remedyOf('deadline_exceeded'),
  internal: remedyOf('internal'),
};

function adviseOnAudience({ policy, alone }: CaseOfPolicy): string {
  const provider = policy.providers.get(alone.decision.trail.token?.provider ?? '');
  const required = [provider?.audienceRequired ?? [], policy.audienceRequired]
    .filter(({ length }) => length > 0)
    .map(tellRequirement);
  return `Ask the provider for a token whose audience holds ${required.join(', and ')}.`;
}

function adviseOnConsumer(it: CaseOfPolicy): string {
  const { clientId } = it.alone.decision.trail;
  const bound = it.alone.lookups.find(({ found }) => found !== null);
  if (bound !== undefined) {
    return 'Bind the Consumer to the provider of this token, or to none (identity_provider).';
  }
  const attributes = new Set(it.alone.lookups.map(({ by }) => by));
  return (
    `Add a Consumer, or an application, whose ${[...attributes].join(' or ') || 'custom_id'} is ` +
    `${clientId ?? 'the client id'}, the value of the claim ${tellPaths(consumerClaims(it))}.`
  );
}

/** The name by which the command line finds a Consumer. */
function nameConsumer({ final }: CaseOfPolicy): string {
  const { consumer } = final.decision.trail;
  return consumer?.username ?? consumer?.id ?? '<consumer>';
}

function adviseOnRegistration(step: 'create' | 'approve' | 'resume', it: CaseOfPolicy): string {
  const consumer = quote(nameConsumer(it));
  const service = quote(it.policy.service);
  const command = `postern registrations ${step} --consumer ${consumer} --service ${service}`;
  const words = {
    create: 'register it',
    approve: 'approve it',
    resume: 'resume it',
  } as const;
  return `To ${words[step]}: ${tellWhere(command).replace(/^In/, 'in')}`;
}

function adviseOnGroups(it: CaseOfPolicy): string {
  const { acl } = it.policy;
  if (acl === null) return '';
  const speaking = speakingGroups(it);
  const had = `it has: ${list(speaking?.groups ?? [])}`;
  const isProviders = speaking?.header === 'authenticated';
  const whose = isProviders ? 'The provider must say' : 'Give the Consumer';
  const command = isProviders ? '' : tellGroupCommand(it, acl);
  return acl.type === 'allow'
    ? `${whose} one of the groups ${list(acl.groups)}; ${had}. Names are compared exactly.${command}`
    : `Take away every group of ${list(acl.groups)}; ${had}.${command}`;
}

/** The Consumer by its id: that of an application goes by no name among Consumers. */
function tellGroupCommand({ final }: CaseOfPolicy, acl: AclPolicy): string {
  const { consumer } = final.decision.trail;
  if (consumer === null) return '';
  const isAllow = acl.type === 'allow';
  const groups = [...acl.groups].filter((name) => isAllow || consumer.groups.has(name));
  const [first] = groups;
  if (first === undefined) return '';
  const whose = `--consumer ${quote(consumer.id)}`;
  const command = isAllow
    ? `postern acls create ${whose} --group ${quote(first)}`
    : `postern acls delete ${whose} ${groups.map(quote).join(' ')}`;
  return ` ${tellWhere(command)}`;
}

/** A file is changed by hand, Redis by the command line. */
function tellWhere(command: string): string {
  return `In the Consumers file, or with store.redis by: ${command}`;
}
