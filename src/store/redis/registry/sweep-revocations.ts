import { revocationKinds } from '../../../registry/revocation.ts';
import type { RedisClient } from '../client.ts';
import type { RedisKeys } from '../keys.ts';
import { decodeRevocation } from '../revocations/revocation-codec.ts';
import { trimLog } from '../revocations/revocation-log.ts';
import { createServerScript } from '../server-script.ts';

/**
 * KEYS: the place of a revocation, then the sets that may have it. ARGV: what stood there ('' =
 * nothing), and the id. Nothing is done where something else stands there by now.
 */
const forget = createServerScript(`
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
for i = 2, #KEYS do redis.call('ZREM', KEYS[i], ARGV[2]) end
return redis.call('DEL', KEYS[1])
`);

const chunk = 1000;

/** Removes revocations whose time is over. `now`: epoch milliseconds. Rejects when Redis cannot. */
export async function sweepRevocations(
  client: RedisClient,
  keys: RedisKeys,
  now: number,
): Promise<void> {
  await trimLog(client, keys);
  const lifted = keys.narrowed('revocation', 'status', 'lifted');
  for (const list of [keys.list('revocation'), lifted]) {
    let from = '-';
    for (;;) {
      const ids = await client.zrangebylex(list, from, '+', 'LIMIT', 0, chunk);
      const last = ids.at(-1);
      if (last === undefined) break;
      await sweepSome(ids, { client, keys, now });
      from = `(${last}`;
    }
  }
}

async function sweepSome(
  ids: readonly string[],
  { client, keys, now }: { client: RedisClient; keys: RedisKeys; now: number },
): Promise<void> {
  const texts = await client.mget(ids.map((id) => keys.revocation(id)));
  for (const [index, id] of ids.entries()) {
    const text = texts[index] ?? '';
    const stored = decodeRevocation(text);
    // What cannot be read stays: it is not known when it ends.
    if (text !== '' && (stored === null || stored.facts.until > now)) continue;
    await forget(client, [keys.revocation(id), ...setsOf(keys)], [text, id]);
  }
}

function setsOf(keys: RedisKeys): readonly string[] {
  const kinds = revocationKinds.map((kind) => keys.narrowed('revocation', 'kind', kind));
  return [keys.list('revocation'), keys.narrowed('revocation', 'status', 'lifted'), ...kinds];
}
