import type { ConsumerAttribute, ConsumerRecord } from '../../../authz/consumer.ts';
import type { RevocationTarget } from '../../../registry/revocation.ts';

/** How tokens of a provider lead to Consumers. */
export interface ClientProvider {
  readonly name: string;
  /** Every accepted `iss`. */
  readonly issuersAllowed: readonly string[];
  readonly consumerBy: readonly ConsumerAttribute[];
}

/**
 * The names by which tokens lead to a Consumer now, as clients of those issuers that may name it so:
 * who gets the name later, with another id, must not find older tokens good.
 */
export function clientTargets(
  record: ConsumerRecord,
  providers: readonly ClientProvider[],
): readonly RevocationTarget[] {
  const { customId, identityProvider } = record;
  const bound = providers.find(({ name }) => name === identityProvider);
  if (bound !== undefined) return targetsAt(bound, record, bound.consumerBy);
  const others = identityProvider === null ? providers : [];
  return distinct([
    // Of any issuer: providers may come and go while it is kept.
    ...(customId === null ? [] : [targetOf(customId, null)]),
    ...others.flatMap((provider) =>
      targetsAt(
        provider,
        record,
        provider.consumerBy.filter((by) => by !== 'custom_id'),
      ),
    ),
  ]);
}

function targetsAt(
  { issuersAllowed }: ClientProvider,
  { id, customId, username }: ConsumerRecord,
  by: readonly ConsumerAttribute[],
): readonly RevocationTarget[] {
  const values = { id, custom_id: customId, username };
  const names = by.flatMap((attribute) => values[attribute] ?? []);
  return distinct(names.flatMap((name) => issuersAllowed.map((issuer) => targetOf(name, issuer))));
}

function targetOf(subject: string, issuer: string | null): RevocationTarget {
  return { kind: 'client_id', subject, issuer, endsAt: null };
}

function distinct(targets: readonly RevocationTarget[]): readonly RevocationTarget[] {
  const named = targets.map((one) => [JSON.stringify([one.subject, one.issuer]), one] as const);
  return [...new Map(named).values()];
}
