import type { HeaderChanges } from './decision.ts';
import { isHeaderSafe } from './header-value.ts';
import type { Permit } from './permit.ts';
import type { AuthzRequest } from './request.ts';
import type { Subject } from './subject.ts';

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

/** Every name that a caller must not be able to bring along. */
export const ownedHeaders: ReadonlySet<string> = new Set([...identityHeaders, ...retiredHeaders]);

/**
 * What changes in the request to the upstream: each identity header is set or removed, never left
 * as the caller sent it, its underscore spellings and the credential are taken away.
 */
export function changeHeaders(
  request: AuthzRequest,
  permit: Permit,
  hiddenCredential: string | null,
): HeaderChanges {
  const values = identityValues(permit);
  const set: [string, string][] = [];
  const remove: string[] = [...retiredHeaders];
  for (const name of identityHeaders) {
    const value = values[name] ?? null;
    if (value === null) remove.push(name);
    else set.push([name, value]);
  }
  if (hiddenCredential !== null) remove.push(hiddenCredential);
  remove.push(...foldedSpellings(request));
  return { set, remove };
}

type IdentityValues = Partial<Record<IdentityHeader, string | null>>;

function identityValues({ subject, groups }: Permit): IdentityValues {
  if (subject === null) return {};
  return {
    ...consumerValues(subject),
    'x-consumer-groups': groups.header === 'consumer' ? groups.value : null,
    'x-authenticated-groups': groups.header === 'authenticated' ? groups.value : null,
    'x-credential-identifier': safeOrNull(subject.credentialIdentifier),
    'x-anonymous-consumer': subject.anonymous ? 'true' : null,
  };
}

function consumerValues({ consumer }: Subject): IdentityValues {
  if (consumer === null) return {};
  return {
    'x-consumer-id': consumer.id,
    'x-consumer-custom-id': consumer.customId,
    'x-consumer-username': consumer.username,
  };
}

function safeOrNull(value: string | null): string | null {
  return value !== null && isHeaderSafe(value) ? value : null;
}

/** Received names that a CGI-style upstream would read as one of ours, such as `x_consumer-id`. */
function foldedSpellings(request: AuthzRequest): string[] {
  const found: string[] = [];
  for (const name of request.headers.names()) {
    if (name.includes('_') && ownedHeaders.has(name.replaceAll('_', '-'))) found.push(name);
  }
  return found;
}
