import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';

export interface DeckConsumer {
  readonly id: string;
  readonly username: string;
  readonly custom_id?: string;
  readonly created_at?: number;
  readonly tags?: readonly string[];
}

export interface DeckAcl {
  readonly id: string;
  readonly group: string;
  readonly consumer: { readonly id: string };
  readonly tags?: readonly string[];
}

/** What decK has in a file, or read of a server. */
export interface DeckState {
  readonly consumers: readonly DeckConsumer[];
  readonly acls: readonly DeckAcl[];
}

export interface DeckAnswer {
  readonly status: number;
  readonly server: string | undefined;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- what comes off the wire is untyped
  readonly body: any;
}

export interface DeckDiff {
  readonly puts: readonly { readonly path: string; readonly body: object }[];
  readonly aclDeletes: readonly string[];
  readonly consumerDeletes: readonly string[];
}

const mustBeThere = [
  'consumers',
  'services',
  'routes',
  'plugins',
  'certificates',
  'snis',
  'upstreams',
];
const mayBeMissing = [
  'acls',
  'key-auths',
  'basic-auths',
  'hmac-auths',
  'jwts',
  'oauth2',
  'ca_certificates',
  'filter-chains',
  'mtls-auths',
  'consumer_groups',
  'vaults',
  'partials',
  'keys',
  'key-sets',
  'ai-models',
  'degraphql_routes',
  'graphql-rate-limiting-advanced/costs',
];
const schemas = ['services', 'routes', 'upstreams', 'targets', 'consumer_group_plugins'];
const writesAtOnce = 10;

/** Sends what decK was seen to send (`ping`, `dump`, `diff`, `sync`, `reset`), in its order and as many at once. */
export class DeckClient {
  readonly #url: string;
  readonly #token: string;
  // Many short connections.
  readonly #agent = new Agent({ keepAlive: false });
  /** All requests so far, as `METHOD path`. */
  readonly sent: string[] = [];

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  async ping(): Promise<string> {
    const { status, server, body } = await this.send('GET', '/');
    if (status !== 200 || server === undefined || server.includes('ai-gateway')) {
      throw new Error(`GET / answered ${status} by ${server ?? 'nobody'}`);
    }
    return body.version as string;
  }

  /** Reads everything, 24 lists and `GET /` at once; what decK takes for a failure throws. */
  async dump(tags: readonly string[] = []): Promise<DeckState> {
    await this.ping();
    const [lists] = await Promise.all([
      Promise.all([
        ...mustBeThere.map((name) => this.#list(name, tags, false)),
        ...mayBeMissing.map((name) => this.#list(name, tags, true)),
      ]),
      this.ping(),
    ]);
    for (const list of lists.slice(1, mustBeThere.length)) {
      if (list.length > 0) throw new Error('decK would delete what it takes for its own');
    }
    return {
      consumers: lists[0] as DeckConsumer[],
      acls: lists[mustBeThere.length] as DeckAcl[],
    };
  }

  async diff(wanted: DeckState, tags: readonly string[] = []): Promise<DeckDiff> {
    const current = await this.dump(tags);
    for (const name of schemas) {
      const { status } = await this.send('GET', `/schemas/${name}`);
      if (status !== 200 && status !== 404) throw new Error(`GET /schemas/${name}: ${status}`);
    }
    return compare(current, wanted);
  }

  /** Gives what it changed. */
  async sync(wanted: DeckState, tags: readonly string[] = []): Promise<DeckDiff> {
    const diff = await this.diff(wanted, tags);
    const isAcl = ({ path }: { path: string }) => path.includes('/acls/');
    await this.#write(diff.puts.filter((put) => !isAcl(put)));
    await this.#write(diff.puts.filter(isAcl));
    await this.#delete(diff.aclDeletes);
    await this.#delete(diff.consumerDeletes);
    return diff;
  }

  async reset(tags: readonly string[] = []): Promise<void> {
    const { acls, consumers } = await this.dump(tags);
    for (const name of ['cloned-plugins', 'custom-plugins']) await this.#list(name, [], true);
    await this.#delete(acls.map((acl) => `/consumers/${acl.consumer.id}/acls/${acl.id}`));
    await this.#delete(consumers.map(({ id }) => `/consumers/${id}`));
  }

  async send(method: string, path: string, body?: object): Promise<DeckAnswer> {
    this.sent.push(`${method} ${path}`);
    return new Promise((resolve, reject) => {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const outgoing = request(`${this.#url}${path}`, {
        method,
        agent: this.#agent,
        timeout: 10_000,
        headers: {
          'kong-admin-token': this.#token,
          'user-agent': 'decK/1.65.1',
          'content-type': 'application/json',
          ...(text !== undefined && { 'content-length': Buffer.byteLength(text) }),
        },
      });
      outgoing.on('error', reject);
      outgoing.on('timeout', () => outgoing.destroy(new Error(`${method} ${path}: 10 s passed`)));
      outgoing.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const answer = Buffer.concat(chunks).toString();
          resolve({
            status: response.statusCode ?? 0,
            server: response.headers['server']?.toString(),
            body: answer === '' ? null : JSON.parse(answer),
          });
        });
      });
      outgoing.end(text);
    });
  }

  /** Follows `offset`, as decK does; `next` it does not read. */
  async #list(name: string, tags: readonly string[], mayMiss: boolean): Promise<unknown[]> {
    const items: unknown[] = [];
    const ids = new Set<string>();
    let offset: string | null | undefined;
    do {
      const query = new URLSearchParams({ size: '1000' });
      if (tags.length > 0) query.set('tags', tags.join(','));
      if (typeof offset === 'string') query.set('offset', offset);
      const { status, body } = await this.send('GET', `/${name}?${query.toString()}`);
      if (status === 404 && mayMiss) return [];
      if (status !== 200 || !Array.isArray(body.data)) throw new Error(`GET /${name}: ${status}`);
      for (const item of body.data as { id: string; consumer?: { id?: string } }[]) {
        if (ids.has(item.id)) throw new Error(`${name} has ${item.id} twice`);
        if (name === 'acls' && item.consumer?.id === undefined) throw new Error('decK panics');
        ids.add(item.id);
      }
      items.push(...(body.data as unknown[]));
      offset = body.offset as string | null | undefined;
    } while (offset !== undefined && offset !== null);
    return items;
  }

  async #write(puts: DeckDiff['puts']): Promise<void> {
    await inParallel(puts, async ({ path, body }) => {
      const answer = await this.send('PUT', path, body);
      const isStored = answer.status === 200 || answer.status === 201;
      if (!isStored || typeof answer.body?.id !== 'string') {
        throw new Error(`PUT ${path}: HTTP status ${answer.status} (${answer.body?.message})`);
      }
    });
  }

  async #delete(paths: readonly string[]): Promise<void> {
    await inParallel(paths, async (path) => {
      const { status } = await this.send('DELETE', path);
      if (status !== 204 && status !== 200) throw new Error(`DELETE ${path}: ${status}`);
    });
  }
}

function compare(current: DeckState, wanted: DeckState): DeckDiff {
  const puts: { path: string; body: object }[] = [];
  const consumers = new Map(current.consumers.map((one) => [one.id, one]));
  for (const { id, username, custom_id: customId, tags } of wanted.consumers) {
    const present = consumers.get(id);
    const same = JSON.stringify([
      present?.username,
      present?.custom_id ?? null,
      sort(present?.tags),
    ]);
    if (same === JSON.stringify([username, customId ?? null, sort(tags)])) continue;
    const body = {
      id,
      username,
      ...(customId && { custom_id: customId }),
      // Of one that it has read before.
      ...(present?.created_at !== undefined && { created_at: present.created_at }),
      ...(tags && { tags }),
    };
    puts.push({ path: `/consumers/${id}`, body });
  }
  const acls = new Map(current.acls.map((one) => [one.id, one]));
  const usernames = new Map(wanted.consumers.map(({ id, username }) => [id, username]));
  for (const { id, group, consumer, tags } of wanted.acls) {
    const present = acls.get(id);
    const same = JSON.stringify([present?.group, present?.consumer.id, sort(present?.tags)]);
    if (same === JSON.stringify([group, consumer.id, sort(tags)])) continue;
    puts.push({
      path: `/consumers/${consumer.id}/acls/${id}`,
      body: {
        id,
        group,
        consumer: { id: consumer.id, username: usernames.get(consumer.id) },
        ...(tags && { tags }),
      },
    });
  }
  const keptAcls = new Set(wanted.acls.map(({ id }) => id));
  const kept = new Set(wanted.consumers.map(({ id }) => id));
  return {
    puts,
    aclDeletes: current.acls
      .filter(({ id }) => !keptAcls.has(id))
      .map((acl) => `/consumers/${acl.consumer.id}/acls/${acl.id}`),
    consumerDeletes: current.consumers
      .filter(({ id }) => !kept.has(id))
      .map(({ id }) => `/consumers/${id}`),
  };
}

function sort(tags: readonly string[] | null | undefined): readonly string[] {
  return [...(tags ?? [])].sort();
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values();
  const worker = async (): Promise<void> => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: writesAtOnce }, worker));
}

/** A state file of so many Consumers, each in a group, all with these tags. */
export function stateOf(count: number, prefix: string, tags: readonly string[]): DeckState {
  const consumers = Array.from({ length: count }, (_, index) => ({
    id: randomUUID(),
    username: `${prefix}-${index}`,
    custom_id: `${prefix}-client-${index}`,
    tags,
  }));
  const acls = consumers.map(({ id }, index) => ({
    id: randomUUID(),
    group: index % 2 === 0 ? 'gold' : 'silver',
    consumer: { id },
    tags,
  }));
  return { consumers, acls };
}
