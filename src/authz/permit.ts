import type { AllowReason } from './reasons.ts';
import type { Subject } from './subject.ts';

/**
 * The evidence that a request may pass. Only the ACL step and the open-route step may import
 * {@link mintPermit} (a dependency rule holds them to it); a look-alike object fails {@link isMinted}.
 */
export class Permit {
  readonly #minted = true;
  readonly reason: AllowReason;
  /** Who passes; null on an open route, where nobody was asked. */
  readonly subject: Subject | null;
  readonly groups: PermittedGroups;

  constructor(
    guard: typeof mint,
    reason: AllowReason,
    subject: Subject | null,
    groups: PermittedGroups,
  ) {
    if (guard !== mint) throw new TypeError('a permit is minted, not made');
    this.reason = reason;
    this.subject = subject;
    this.groups = groups;
  }

  static isMinted(value: unknown): value is Permit {
    return typeof value === 'object' && value !== null && #minted in value;
  }
}

/** Which groups header goes upstream, with all groups of the subject (Kong's ACL plugin). */
export type PermittedGroups =
  | { readonly header: 'none' }
  | {
      readonly header: 'consumer' | 'authenticated';
      /** Joined, without those that no header can carry. */
      readonly value: string;
      readonly names: ReadonlySet<string>;
    };

const mint = Symbol('mint');

export function mintPermit(
  reason: AllowReason,
  subject: Subject | null,
  groups: PermittedGroups,
): Permit {
  return new Permit(mint, reason, subject, groups);
}
