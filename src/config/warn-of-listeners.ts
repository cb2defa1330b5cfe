import type { Finding } from '../documents/problem.ts';
import type { AdminListenConfig, Config } from './config.ts';
import { isLoopback, parseHostPort } from './host-port.ts';
import { warnIf } from './warn-if.ts';

/** Listeners that other hosts can reach, and what goes to them in the clear. */
export function warnOfListeners({ listen }: Config): Finding[] {
  return [
    ...warnIf(
      isOpen(listen.grpc.address) && listen.grpc.tls === null,
      ['listen', 'grpc', 'address'],
      'other hosts can reach this listener, and it has no TLS',
    ),
    ...(listen.admin === null ? [] : warnOfAdmin(listen.admin)),
  ];
}

function warnOfAdmin({ address, tls }: AdminListenConfig): Finding[] {
  return warnIf(
    isOpen(address) && tls === null,
    ['listen', 'admin', 'address'],
    'other hosts can reach this listener, and tokens go to it without TLS',
  );
}

function isOpen(address: string): boolean {
  const host = parseHostPort(address)?.host;
  return host !== undefined && !isLoopback(host);
}
