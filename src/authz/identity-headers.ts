import type { HeaderChanges } from './decision.ts';
import { isHeaderSafe } from './header-value.ts';
import type { Permit } from './permit.ts';
import type { Policy } from './policy.ts';
import type { HeaderLine } from './refusal.ts';
import type { AuthzRequest } from './request.ts';

/** Headers that tell the upstream who calls; Postern alone sets them (Kong's names). */
const identityHeaders = [
  'x-consumer-id',
  'x-consumer-custom-id',
  'x-consumer-username',
  'x-consumer-groups',
  'x-authenticated-groups',
  'x-credential-identifier',
  'x-anonymous-consumer',
] as const;

/** Retired names that an old upstream may still trust; never set. */
const retiredHeaders = [
  'x-authenticated-scope',
  'x-authenticated-userid',
  'x-credential-username',
] as const;

type IdentityHeader = (typeof identityHeaders)[number];

/** Every name that a caller must not be able to bring along, on any Service. */
export const ownedHeaders: ReadonlySet<string> = new Set([...identityHeaders, ...retiredHeaders]);

/** What is taken away of a request so that the upstream does not see the credential. */
export interface HiddenCredential {
  readonly setHeaders: readonly HeaderLine[];
  readonly removeHeaders: readonly string[];
  readonly removeQuery: readonly string[];
}

/**
 * What changes in the request to the upstream: each owned header is set or removed, never left as
 * the caller sent it, `received` ({@link findGuarded}) and the credential are taken away. `passedOn` are
 * headers of the Service's own choice.
 */
export function changeRequest(
  permit: Permit,
  { ownedHeaders }: Pick<Policy, 'ownedHeaders'>,
  received: readonly string[],
  passedOn: readonly HeaderLine[],
  hidden: HiddenCredential | null,
): HeaderChanges {
  const { setHeaders, removeHeaders, removeQuery } = hidden ?? nothingHidden;
  const lines = [...setHeaders, ...identityLines(permit), ...passedOn];
  const names = lines.map(([name]) => name);
  // Of several lines for one header the last counts.
  const set = lines.filter(([name], index) => names.lastIndexOf(name) === index);
  const remove: string[] = [];
  const takeAway = (name: string) => {
    if (!names.includes(name) && !remove.includes(name)) remove.push(name);
  };
  ownedHeaders.forEach(takeAway);
  removeHeaders.forEach(takeAway);
  received.forEach(takeAway);
  return { set, remove, removeQuery };
}

const nothingHidden: HiddenCredential = { setHeaders: [], removeHeaders: [], removeQuery: [] };

function identityLines({ subject, groups }: Permit): HeaderLine[] {
  const lines: HeaderLine[] = [];
  if (subject === null) return lines;
  const add = (name: IdentityHeader, value: string | null) => {
    if (value !== null) lines.push([name, value]);
  };
  const { consumer } = subject;
  if (consumer !== null) {
    add('x-consumer-id', consumer.id);
    add('x-consumer-custom-id', consumer.customId);
    add('x-consumer-username', consumer.username);
  }
  if (groups.header !== 'none') add(groupHeaders[groups.header], groups.value);
  add('x-credential-identifier', safeOrNull(subject.credentialIdentifier));
  if (subject.anonymous) add('x-anonymous-consumer', 'true');
  return lines;
}

const groupHeaders = {
  consumer: 'x-consumer-groups',
  authenticated: 'x-authenticated-groups',
} as const satisfies Record<string, IdentityHeader>;

function safeOrNull(value: string | null): string | null {
  return value !== null && isHeaderSafe(value) ? value : null;
}

/**
 * Received names that are guarded, or would be for a CGI-style upstream, which reads `_` as `-`:
 * `x_consumer-id`.
 */
export function findGuarded(request: AuthzRequest, guarded: ReadonlySet<string>): string[] {
  const found: string[] = [];
  for (const name of request.headers.names()) {
    if (guarded.has(name.includes('_') ? name.replaceAll('_', '-') : name)) found.push(name);
  }
  return found;
}
