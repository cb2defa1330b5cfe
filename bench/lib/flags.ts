/** V8 flags of the shipped executable (its first line), and so of every server that is compared. */
export const shippedFlags = ['--max-semi-space-size=16'] as const;
