/** Longest value of one identity header, in bytes of UTF-8; Envoy's default for all headers is 60 KiB. */
const maxHeaderValueBytes = 8192;

// CR, LF and NUL end or split a header; the other control characters have no place in one either.
// eslint-disable-next-line no-control-regex
const control = /[\u0000-\u001f\u007f]/;

/**
 * Whether a value reaches the upstream as it is: not empty, valid Unicode, no control character, not
 * too long, and no blanks at its ends, which HTTP parsers take away (` admin` would be `admin`). A
 * lone surrogate would make the whole answer unreadable for Envoy.
 */
export function isHeaderSafe(value: string, maxBytes = maxHeaderValueBytes): boolean {
  return (
    value.length > 0 &&
    value.isWellFormed() &&
    value === value.trim() &&
    !control.test(value) &&
    Buffer.byteLength(value) <= maxBytes
  );
}

/** Whether a group name can stand in a comma-joined header. */
function isGroupHeaderSafe(group: string): boolean {
  return isHeaderSafe(group) && !group.includes(',');
}

/** All groups, joined as Kong joins them; null when they are longer than a header may be. */
export function joinGroups(groups: Iterable<string>): string | null {
  const joined = [...groups].filter(isGroupHeaderSafe).join(', ');
  return Buffer.byteLength(joined) <= maxHeaderValueBytes ? joined : null;
}
