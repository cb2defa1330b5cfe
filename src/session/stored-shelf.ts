import { hash } from 'node:crypto';
import { pass } from '../lib/step.ts';
import type { RandomBytes } from './sealer.ts';
import { decodeContent, encodeContent } from './session-content.ts';
import type { SessionShelf } from './session-shelf.ts';
import type { SessionStore } from './session-store.ts';
import { foundSession } from './session-state.ts';

const idLength = 32;
/** 256 bits in base64url; the last digit has two bits that are not used. */
const idPattern = /^[\w-]{42}[AEIMQUYcgkosw048]$/;

/**
 * Sessions in a store; the cookie is their id. Nothing is remembered here: a session that was ended
 * at one replica is over at all of them with the next request.
 */
export function createStoredShelf(store: SessionStore, randomBytes: RandomBytes): SessionShelf {
  return {
    async find(cookie, binding) {
      if (!idPattern.test(cookie)) return pass('not a session id');
      const read = await store.read(storeId(cookie, binding));
      if (!read.ok) return read;
      if (read.value === null) return pass('not in the store: over, or of another Service');
      const content = decodeContent(read.value);
      return pass(content === null ? 'of a form that is not known' : foundSession(content, cookie));
    },
    async add({ content, binding, ttlMs }) {
      const id = Buffer.from(randomBytes(idLength)).toString('base64url');
      const written = await store.write(storeId(id, binding), encodeContent(content), ttlMs);
      return written.ok ? pass(id) : written;
    },
    async renew({ id }, { content, binding, ttlMs }) {
      if (id === null) throw new TypeError('the session was not found in a store');
      // Only in place of the old one: a session that was just ended must not come back.
      const replaced = await store.replace(storeId(id, binding), encodeContent(content), ttlMs);
      if (!replaced.ok) return replaced;
      return pass(replaced.value ? id : null);
    },
    async remove(cookies, binding) {
      const ids = cookies.filter((cookie) => idPattern.test(cookie));
      return ids.length === 0 ? pass(0) : store.remove(ids.map((id) => storeId(id, binding)));
    },
  };
}

/** No binding begins with another one, see there. */
function storeId(cookie: string, binding: string): string {
  return hash('sha256', binding + cookie, 'base64url');
}
