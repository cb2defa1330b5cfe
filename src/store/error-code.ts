/** The `code` of a system error such as `ENOENT`, in brackets and with a space before; or nothing. */
export function describeErrorCode(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  return typeof code === 'string' ? ` (${code})` : '';
}
