/** Whether a text names an entry of a Redis Stream: no more than that, and no range. */
export function isStreamId(text: string): boolean {
  return /^\d{1,16}-\d{1,19}$/.test(text);
}

/** The largest position before this one; exclusive ranges would ask for Redis 6.2. */
export function beforeStreamId(id: string): string {
  const [ms = '0', sequence = '0'] = id.split('-');
  if (sequence !== '0') return `${ms}-${String(BigInt(sequence) - 1n)}`;
  return `${String(BigInt(ms) - 1n)}-18446744073709551615`;
}

/** Below 0 where `a` comes before `b`. */
export function compareStreamIds(a: string, b: string): number {
  const [ms, sequence] = partsOf(a);
  const [otherMs, otherSequence] = partsOf(b);
  return Number(ms === otherMs ? sequence - otherSequence : ms - otherMs);
}

function partsOf(id: string): readonly [ms: bigint, sequence: bigint] {
  const [ms = '0', sequence = '0'] = id.split('-');
  return [BigInt(ms), BigInt(sequence)];
}
