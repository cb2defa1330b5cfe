import type { RevocationList, RevokedUpTo } from '../authz/revocations.ts';
import { steadyNow, type Clock } from '../lib/clock.ts';
import { hashToken, revocationId, type RevocationKind } from '../registry/revocation.ts';

/** As much of a revocation as a look-up needs. */
export interface KnownRevocation {
  readonly kind: RevocationKind;
  /** Null = not narrowed to one issuer. */
  readonly issuer: string | null;
  /** Of `client_id` and `consumer`. */
  readonly notBefore: number | null;
  /** Epoch milliseconds. */
  readonly until: number;
}

interface Mark extends RevokedUpTo {
  readonly until: number;
}

const hourMs = 3_600_000;

/**
 * All revocations, by their ids. It lasts as long as the process, over reloads and over a Redis that
 * lost them: what is here goes when its time is over or when somebody lifts it. About two hundred
 * bytes each, since a site may have a million.
 */
export class RevocationMemory implements RevocationList {
  readonly #clock: Clock;
  /** Ends of what is revoked whenever it was issued. */
  readonly #things = {
    token: new Map<string, number>(),
    jti: new Map<string, number>(),
    session: new Map<string, number>(),
  };
  readonly #marks = {
    client_id: new Map<string, Mark>(),
    consumer: new Map<string, Mark>(),
  };
  /** Ids by the hour in which they end. */
  readonly #endings = new Map<number, string[]>();
  #hasIssuers = false;

  /** `clock`: epoch milliseconds. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    const { token, jti, session } = this.#things;
    const { client_id: clients, consumer: consumers } = this.#marks;
    return token.size + jti.size + session.size + clients.size + consumers.size;
  }

  /** A newer mark moves the older one; nothing ends sooner than it was said before. */
  add(id: string, { kind, issuer, notBefore, until }: KnownRevocation): void {
    this.#hasIssuers ||= issuer !== null;
    const before = this.#untilOf(id);
    const end = Math.max(until, before ?? 0);
    if (end !== before) this.#noteEnd(id, end);
    if (kind === 'client_id' || kind === 'consumer') this.#mark(kind, id, notBefore ?? 0, end);
    else this.#things[kind].set(id, end);
  }

  remove(id: string): void {
    for (const map of this.#maps()) map.delete(id);
  }

  /** One after the other; others may come and go meanwhile. */
  *ids(): Generator<string> {
    for (const map of this.#maps()) yield* map.keys();
  }

  /** Drops what is over, looking at no more than `most`; whether there is no more to look at. */
  purge(most = Infinity): boolean {
    const now = this.#clock.now();
    let left = most;
    for (const [hour, ids] of this.#endings) {
      if (hour * hourMs > now) continue;
      for (; left > 0 && ids.length > 0; left -= 1) {
        const id = ids.pop() ?? '';
        if ((this.#untilOf(id) ?? Infinity) <= now) this.remove(id);
      }
      if (ids.length > 0) return false;
      this.#endings.delete(hour);
    }
    return true;
  }

  hasToken(tokenHash: string): boolean {
    return this.#holds('token', tokenHash, null);
  }

  hasTokenText(token: string): boolean {
    return this.#things.token.size > 0 && this.hasToken(hashToken(token));
  }

  hasJti(jti: string, issuer: string): boolean {
    return this.#issuers(issuer).some((one) => this.#holds('jti', jti, one));
  }

  hasSession(session: string): boolean {
    return this.#holds('session', session, null);
  }

  ofClient(clientId: string, issuer: string): RevokedUpTo | null {
    const marks = this.#issuers(issuer).map((one) => this.#markOf('client_id', clientId, one));
    return marks.reduce(later, null);
  }

  ofConsumer(consumerId: string): RevokedUpTo | null {
    return this.#markOf('consumer', consumerId, null);
  }

  #mark(kind: 'client_id' | 'consumer', id: string, notBefore: number, until: number): void {
    const before = this.#marks[kind].get(id);
    const isNews = before === undefined || notBefore > before.notBefore;
    const mark = isNews
      ? { notBefore, learntAt: steadyNow(this.#clock), until }
      : { ...before, until };
    this.#marks[kind].set(id, mark);
  }

  #noteEnd(id: string, until: number): void {
    const hour = Math.ceil(until / hourMs);
    const ids = this.#endings.get(hour);
    if (ids === undefined) this.#endings.set(hour, [id]);
    else ids.push(id);
  }

  #issuers(issuer: string): readonly (string | null)[] {
    return this.#hasIssuers ? [null, issuer] : [null];
  }

  #holds(kind: 'token' | 'jti' | 'session', subject: string, issuer: string | null): boolean {
    const map = this.#things[kind];
    if (map.size === 0) return false;
    const until = map.get(revocationId(kind, subject, issuer));
    return until !== undefined && until > this.#clock.now();
  }

  #markOf(
    kind: 'client_id' | 'consumer',
    subject: string,
    issuer: string | null,
  ): RevokedUpTo | null {
    const map = this.#marks[kind];
    if (map.size === 0) return null;
    const mark = map.get(revocationId(kind, subject, issuer));
    return mark !== undefined && mark.until > this.#clock.now() ? mark : null;
  }

  #untilOf(id: string): number | undefined {
    const { token, jti, session } = this.#things;
    const { client_id: clients, consumer: consumers } = this.#marks;
    const end = token.get(id) ?? jti.get(id) ?? session.get(id);
    return end ?? clients.get(id)?.until ?? consumers.get(id)?.until;
  }

  #maps(): readonly Map<string, unknown>[] {
    return [...Object.values(this.#things), ...Object.values(this.#marks)];
  }
}

function later(one: RevokedUpTo | null, other: RevokedUpTo | null): RevokedUpTo | null {
  if (one === null || other === null) return one ?? other;
  return {
    notBefore: Math.max(one.notBefore, other.notBefore),
    learntAt: Math.max(one.learntAt, other.learntAt),
  };
}
