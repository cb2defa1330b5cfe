/** Things that look like a credential, wherever they stand in a text. */
const credentialLike =
  /\b(?:bearer|basic|dpop)\s+[^\s"',]+|\beyJ[\w-]*\.[\w.-]*|[A-Za-z0-9_\-+/=]{48,}/gi;

/**
 * Second line of defence for texts of errors that were not foreseen: takes out what looks like a
 * token. What is logged on purpose holds none.
 */
export function scrub(text: string): string {
  return text.replace(credentialLike, (match) => (isPath(match) ? match : '[redacted]'));
}

/** Long paths of stack traces consist of short words. */
function isPath(text: string): boolean {
  return text.includes('/') && text.split('/').every((part) => part.length < 32);
}
