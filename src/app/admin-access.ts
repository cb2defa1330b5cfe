import type { Access } from '../admin/access/access.ts';
import type { AdminListenConfig } from '../config/config.ts';

const nobody: Access = { by: 'token', tokens: [] };

/**
 * Who is let in by a listener that stays as it was started while configurations come and go. What
 * is meant for another listener, above all that it needs no tokens, never reaches this one.
 */
export class AdminAccess {
  readonly #listener: AdminListenConfig;
  #access: Access;

  constructor(listener: AdminListenConfig) {
    this.#listener = listener;
    this.#access = decideAccess(listener);
  }

  /** In force from now on, where this is the configuration; null = it has no Admin API any more. */
  takeOver(configured: AdminListenConfig | null): Access {
    if (configured === null) this.#access = nobody;
    else if (isSameListener(this.#listener, configured)) this.#access = decideAccess(configured);
    else this.#access = withoutRevoked(this.#access, configured);
    return this.#access;
  }
}

function decideAccess({ address, tls, tokens }: AdminListenConfig): Access {
  if (tokens.length > 0) return { by: 'token', tokens };
  if (address.startsWith('unix:')) return { by: 'socket' };
  return tls !== null && tls.clientCaFile !== null ? { by: 'certificate' } : nobody;
}

function isSameListener(one: AdminListenConfig, other: AdminListenConfig): boolean {
  const write = ({ address, tls }: AdminListenConfig) =>
    JSON.stringify([address, tls?.certFile, tls?.keyFile, tls?.clientCaFile]);
  return write(one) === write(other);
}

/**
 * New tokens wait for the restart, with the rest of the section. One that a list does not have any
 * more is gone at once: with a list that is empty now, all are, and nobody is let in until then.
 */
function withoutRevoked(access: Access, { tokens }: AdminListenConfig): Access {
  if (access.by !== 'token') return access;
  const isLeft = ({ sha256, role }: AdminListenConfig['tokens'][number]) =>
    tokens.some((token) => token.sha256 === sha256 && token.role === role);
  return { by: 'token', tokens: access.tokens.filter(isLeft) };
}
