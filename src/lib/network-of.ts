/**
 * What counts as one caller: an IPv4 address, or the /64 of an IPv6 address, since one host has all
 * of that. Anything else (a socket's path, an empty text) stands for itself.
 */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  // IPv4 written as IPv6: `::ffff:192.0.2.1`.
  if (address.includes('.')) return address.slice(address.lastIndexOf(':') + 1);
  const [head = '', tail] = address.split('::');
  const first = groupsOf(head);
  const last = groupsOf(tail ?? '');
  const skipped = tail === undefined ? 0 : Math.max(0, 8 - first.length - last.length);
  const zeros = Array.from({ length: skipped }, () => '0');
  return [...first, ...zeros, ...last].slice(0, 4).join(':');
}

function groupsOf(text: string): string[] {
  return text === '' ? [] : text.toLowerCase().split(':');
}
