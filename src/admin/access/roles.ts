/** What a caller may do; the table of routes says which role is enough for which. */
export type Role = 'admin' | 'approver' | 'read' | 'requester';

/** Roles that may use a route beside `admin`, who may use all. */
export const allowed = {
  /** Changes what decides. */
  nobodyElse: [],
  /** Decides on registrations. */
  approvers: ['approver'],
  /** Sees everything. */
  readers: ['approver', 'read'],
  /** Asks for access; the handler keeps a `requester` to what is its own. */
  requesters: ['requester'],
  /** Sees; the handler keeps a `requester` to what is its own. */
  readersAndRequesters: ['approver', 'read', 'requester'],
} as const satisfies Record<string, readonly Role[]>;

/** Who calls. */
export interface Actor {
  /** For the audit trail and the log. */
  readonly name: string;
  readonly role: Role;
}
