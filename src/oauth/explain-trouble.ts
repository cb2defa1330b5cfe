const maxLength = 200;

/** What a provider wrote, fit for one line of a log: printable ASCII, 200 characters at most. */
export function excerpt(text: string): string {
  const start = text.slice(0, maxLength).replace(/[^\x20-\x7e]/g, '?');
  return text.length > maxLength ? `${start}...` : start;
}

/** Without user, query and fragment, which may hold a secret. */
export function tellUrl(url: string): string {
  const parsed = URL.parse(url);
  return parsed === null ? 'no URL' : excerpt(`${parsed.origin}${parsed.pathname}`);
}

/** `what: why`, or `what` where nothing more is known. */
export function explainTrouble(what: string, why: string | null): string {
  return why === null ? what : `${what}: ${why}`;
}
