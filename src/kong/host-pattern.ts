/**
 * Which of the requests that Envoy sends to the virtual host of `domain` a host of a Route in Kong
 * matches. Envoy picks one virtual host before any route: an exact one, else the longest `*.suffix`,
 * else the longest `prefix.*`, else `*`. So what a narrower domain takes never gets to a wider one.
 */
export function matchDomain(host: string | null, domain: string): 'all' | 'some' | 'none' {
  if (host === null || host === domain) return 'all';
  if (domain === '*') return 'none';
  if (host.startsWith('*')) return matchSuffix(host.slice(1), domain);
  if (host.endsWith('*')) return matchPrefix(host.slice(0, -1), domain);
  return 'none';
}

function matchSuffix(suffix: string, domain: string): 'all' | 'none' {
  if (domain.endsWith('*')) return 'none';
  const end = domain.startsWith('*') ? domain.slice(1) : domain;
  return end.endsWith(suffix) ? 'all' : 'none';
}

function matchPrefix(prefix: string, domain: string): 'all' | 'some' | 'none' {
  if (domain.startsWith('*')) return 'some';
  return domain.startsWith(prefix) ? 'all' : 'none';
}

/** Whether a host of a Route is one that a domain of Envoy can be. */
export function isHostPattern(host: string): boolean {
  return /^(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$|^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.\*$|^\[[0-9a-f:.]+\]$/.test(
    host,
  );
}
