import type { Clock } from '../../lib/clock.ts';
import { defaultAuditLength } from './audit-length.ts';
import type { RedisClient } from './client.ts';
import type { RedisKeys } from './keys.ts';
import { createServerScript } from './server-script.ts';

export interface TellUntoldOptions {
  readonly client: RedisClient;
  readonly keys: RedisKeys;
  readonly clock: Clock;
  /** Whose entries they are: a UUID. */
  readonly run: string;
}

/**
 * KEYS: the set of what is untold, the audit stream. ARGV: entry, length, then the members that it
 * tells. Does nothing where somebody else has told one of them.
 */
const tell = createServerScript(`
for i = 3, #ARGV do
  if redis.call('SISMEMBER', KEYS[1], ARGV[i]) == 0 then return 0 end
end
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], '*', 'entry', ARGV[1])
redis.call('SREM', KEYS[1], unpack(ARGV, 3))
return 1
`);

const perEntry = 1000;

/** Tells the audit trail what imports have noted as changed, many to an entry. */
export async function tellUntold({ client, keys, clock, run }: TellUntoldOptions): Promise<void> {
  let cursor = '0';
  do {
    const [next, noted] = await client.sscan(keys.untold, cursor, 'COUNT', perEntry);
    cursor = next;
    for (let start = 0; start < noted.length; start += perEntry) {
      const members = noted.slice(start, start + perEntry);
      const entry = describe(members, clock.now(), run);
      await tell(
        client,
        [keys.untold, keys.audit],
        [entry, String(defaultAuditLength), ...members],
      );
    }
  } while (cursor !== '0');
}

function describe(members: readonly string[], at: number, run: string): string {
  const after = { created: idsOf('created'), updated: idsOf('updated'), deleted: idsOf('deleted') };
  const what = { action: 'consumers.import', entity: run, before: null, after };
  return JSON.stringify({ at, actor: 'import', operation: run, ...what });

  function idsOf(kind: string): string[] {
    const start = `${kind}:`;
    return members
      .filter((member) => member.startsWith(start))
      .map((member) => member.slice(start.length));
  }
}
