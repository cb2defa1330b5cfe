/** Entries of the audit trail that are kept, about, unless told otherwise. */
export const defaultAuditLength = 100_000;
