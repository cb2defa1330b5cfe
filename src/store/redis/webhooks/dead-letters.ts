import { halt, pass } from '../../../lib/step.ts';
import type { Outcome } from '../../../registry/ports.ts';
import { invalid, notFound } from '../../../registry/problem.ts';
import type { DeadLetter, Webhooks } from '../../../registry/webhooks.ts';
import { readPageToken, writePageToken } from '../registry/page-token.ts';
import { checkSize } from '../registry/list-ids.ts';
import { explainReadFailure, explainWriteFailure } from '../registry/explain-failure.ts';
import { beforeStreamId, isStreamId } from '../stream-id.ts';
import { attemptRead } from './attempt-read.ts';
import { decodeLetter, encodeDelivery } from './delivery-codec.ts';
import { lifeMs } from './lifetime.ts';
import type { WebhookTools } from './redis-webhooks.ts';
import { revive } from './scripts.ts';

const listName = 'dead letters';
const chunk = 500;

type DeadLetters = Pick<Webhooks, 'deadLetters' | 'redeliver' | 'discard'>;

/** What could not be delivered, in a Redis Stream. `configured`: names of endpoints. */
export function createDeadLetters(tools: WebhookTools, configured: readonly string[]): DeadLetters {
  const { client, keys } = tools;
  return {
    async deadLetters({ size, offset, endpoint }) {
      const problem = checkSize(size);
      if (problem !== null) return halt(problem);
      const start = offset === undefined ? '+' : readPageToken(listName, offset);
      if (start === null) return halt(invalid({ offset: 'invalid offset' }));
      const read = await attemptRead(() => readLetters(tools, start, size, endpoint));
      if (!read.ok) return read;
      const items = read.value.slice(0, size);
      const last = items.at(-1);
      const more = read.value.length > size && last !== undefined;
      const next = more ? writePageToken(listName, beforeStreamId(last.position)) : null;
      return pass({ items, next });
    },
    async redeliver(position) {
      const found = await find(tools, position);
      if (!found.ok) return found;
      if (!configured.includes(found.value.endpoint)) {
        return halt(invalid({ endpoint: 'no webhook of this name is configured' }));
      }
      return change(found.value, () => reviveLetter(tools, found.value));
    },
    async discard(position) {
      const found = await find(tools, position);
      return found.ok ? change(found.value, () => client.xdel(keys.dead, position)) : found;
    },
  };
}

async function find({ client, keys }: WebhookTools, position: string): Outcome<DeadLetter> {
  if (!isStreamId(position)) return halt(notFound('dead_letter'));
  try {
    const [entry] = await client.xrange(keys.dead, position, position);
    const letter = entry === undefined ? null : decodeLetter(...entry);
    return letter === null ? halt(notFound('dead_letter')) : pass(letter);
  } catch (error) {
    return halt(explainReadFailure(error));
  }
}

/** `work` gives 0 where somebody else was first. A repeat harms nothing: the letter is gone then. */
async function change(letter: DeadLetter, work: () => Promise<unknown>): Outcome<DeadLetter> {
  try {
    return (await work()) === 0 ? halt(notFound('dead_letter')) : pass(letter);
  } catch (error) {
    return halt(explainWriteFailure(error));
  }
}

function reviveLetter({ client, keys }: WebhookTools, letter: DeadLetter): Promise<unknown> {
  const { endpoint, lane, position } = letter;
  const own = keys.endpoint(endpoint);
  const delivery = encodeDelivery({ ...letter, failures: 0 });
  // Due at once, whatever the clock says.
  return revive(
    client,
    [own.due, own.lane(lane), own.state, keys.dead],
    [position, lane, delivery, '0', String(lifeMs)],
  );
}

/** One more than a page, where there are as many. */
async function readLetters(
  { client, keys }: WebhookTools,
  start: string,
  size: number,
  endpoint: string | undefined,
): Promise<DeadLetter[]> {
  const letters: DeadLetter[] = [];
  for (let from = start; ;) {
    const found = await client.xrevrange(keys.dead, from, '-', 'COUNT', chunk);
    for (const [position, fields] of found) {
      const letter = decodeLetter(position, fields);
      if (letter !== null && (endpoint ?? letter.endpoint) === letter.endpoint)
        letters.push(letter);
    }
    const last = found.at(-1)?.[0];
    if (letters.length > size || found.length < chunk || last === undefined) return letters;
    from = beforeStreamId(last);
  }
}
