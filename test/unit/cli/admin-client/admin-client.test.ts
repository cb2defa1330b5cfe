import { describe, expect, it } from '@jest/globals';
import {
  AdminClient,
  type AdminCall,
  type Entry,
} from '../../../../src/cli/admin-client/admin-client.ts';
import type { AdminRequest, RawAnswer } from '../../../../src/cli/admin-client/admin-connection.ts';
import { changeRegistrations } from '../../../../src/cli/admin-client/change-registrations.ts';
import { readAdminAddress } from '../../../../src/cli/admin-client/read-admin-address.ts';

type Reply = Partial<RawAnswer> & { readonly body?: unknown; readonly fails?: string };

/** A client of a server that answers this, in this order; the last answer again and again. */
function clientOf(replies: readonly Reply[], tokenSource: string | null = 'token.txt') {
  const requests: AdminRequest[] = [];
  const waits: number[] = [];
  let keys = 0;
  const address = readAdminAddress('http://127.0.0.1:8001');
  if (!address.ok) throw new Error(address.stop);
  const client = new AdminClient(
    {
      address: address.value,
      tokenSource,
      async send(request) {
        const reply = replies[Math.min(requests.length, replies.length - 1)] ?? {};
        requests.push(request);
        const { body, fails, ...answer } = reply;
        if (fails !== undefined) throw Object.assign(new Error(fails), { code: fails });
        const text = body === undefined ? '' : JSON.stringify(body);
        return { status: 200, text, etag: null, retryAfter: null, ...answer };
      },
      close: async () => undefined,
    },
    {
      createId: () => `key-${String((keys += 1))}`,
      wait: async (milliseconds) => waits.push(milliseconds),
    },
  );
  return { client, requests, waits };
}

const write: AdminCall = {
  method: 'POST',
  path: ['consumers'],
  body: { username: 'anna' },
  roles: 'admin',
};
const read: AdminCall = { method: 'GET', path: ['consumers'], roles: 'admin or read' };
const unknown: Reply = {
  status: 503,
  body: { name: 'outcome_unknown', message: 'send the same again' },
};

const keysOf = (requests: readonly AdminRequest[]) =>
  requests.map(({ headers }) => headers['idempotency-key']);

describe('a request', () => {
  it('is escaped, and has a key only where it writes', async () => {
    const { client, requests } = clientOf([{ body: {} }]);
    await client.send({
      ...read,
      path: ['consumers', 'a/../b c'],
      query: { tags: 'x,y&z', offset: undefined },
    });
    await client.send({ ...write, ifMatch: '"3"' });

    expect(requests).toEqual([
      {
        method: 'GET',
        path: '/consumers/a%2F..%2Fb%20c?tags=x%2Cy%26z',
        headers: { accept: 'application/json' },
        body: null,
      },
      {
        method: 'POST',
        path: '/consumers',
        headers: {
          accept: 'application/json',
          'content-type': 'application/json',
          'if-match': '"3"',
          'idempotency-key': 'key-1',
        },
        body: '{"username":"anna"}',
      },
    ]);
  });
});

describe('a write of unknown outcome', () => {
  it.each([
    ['the store does not say', unknown],
    ['the connection is lost', { fails: 'ECONNRESET' }],
    ['no answer comes', { fails: 'UND_ERR_HEADERS_TIMEOUT' }],
  ])('is sent again with the same key where %s', async (_name, first) => {
    const { client, requests, waits } = clientOf([first, { status: 201, body: { id: '1' } }]);

    expect(await client.send(write)).toMatchObject({ status: 201, body: { id: '1' } });
    expect(keysOf(requests)).toEqual(['key-1', 'key-1']);
    expect(waits).toEqual([200]);
  });

  it('is given up after five times, with the key to repeat it by', async () => {
    const { client, requests, waits } = clientOf([unknown]);

    await expect(client.send({ ...write, idempotencyKey: 'mine' })).rejects.toMatchObject({
      message: '503 outcome_unknown: send the same again',
      hints: [expect.stringContaining('--idempotency-key mine is safe')],
    });
    expect(keysOf(requests)).toEqual(['mine', 'mine', 'mine', 'mine', 'mine']);
    expect(waits).toEqual([200, 400, 800, 1600]);
  });

  it('waits as long as the answer asks, within reason', async () => {
    const { client, waits } = clientOf([
      { ...unknown, retryAfter: 1 },
      { ...unknown, retryAfter: 3600 },
      { body: {} },
    ]);
    await client.send(write);

    expect(waits).toEqual([1000, 5000]);
  });

  it.each([
    ['a read', read, { fails: 'ECONNRESET' }],
    ['a write that never left', write, { fails: 'ECONNREFUSED' }],
    ['a write that was refused', write, { status: 409, body: { message: 'taken' } }],
    ['a write that the store did not take', write, { status: 503, body: { message: 'gone' } }],
  ])('is not %s', async (_name, call, reply) => {
    const { client, requests } = clientOf([reply]);

    await expect(client.send(call)).rejects.toThrow();
    expect(requests).toHaveLength(1);
  });

  it('among many is sent again by itself', async () => {
    const done = (id: string) => ({ id, status: 200, registration: { id } });
    const open = { id: 'b', status: 503, error: { name: 'outcome_unknown' } };
    const refused = { id: 'c', status: 409, error: { name: 'illegal transition' } };
    const { client, requests } = clientOf([
      { body: { data: [done('a'), open, refused] } },
      { body: { data: [done('b')] } },
    ]);
    const ids = ['a', 'b', 'c'];
    const change = { status: 'approved' };
    const changed = await changeRegistrations(client, { ids, change, idempotencyKey: 'bulk' });

    expect(changed).toEqual([done('a'), done('b'), refused]);
    expect(keysOf(requests)).toEqual(['bulk', 'bulk']);
    expect(JSON.parse(requests[1]?.body ?? '')).toEqual({ status: 'approved', ids: ['b'] });
  });
});

describe('a refusal', () => {
  it.each([
    [401, {}, true, 'the token of token.txt is not, or no longer, one of listen.admin.tokens'],
    [401, {}, false, 'no token was sent: set POSTERN_ADMIN_TOKEN, or --admin-token-file'],
    [403, {}, true, 'this needs a token of the role admin'],
    [409, { name: 'unique constraint violation' }, true, 'somebody has it already'],
    [409, { name: 'illegal transition' }, true, 'shows where it stands'],
    [412, {}, true, 'somebody else has changed it'],
    [429, {}, true, 'wait a second'],
    [503, {}, true, 'nothing was changed: try again'],
    [500, {}, true, 'the log of Postern says more'],
  ])('of status %d says what can be done', async (status, body, hasToken, hint) => {
    const { client } = clientOf(
      [{ status, body: { message: 'No', ...body } }],
      hasToken ? 'token.txt' : null,
    );

    await expect(client.send(write)).rejects.toMatchObject({
      status,
      hints: [expect.stringContaining(hint)],
    });
  });

  it('names every field that does not fit', async () => {
    const fields = { username: 'expected a string', '@entity': ['nothing named'] };
    const { client } = clientOf([
      { status: 400, body: { message: '2 schema violations', fields } },
    ]);

    await expect(client.send(write)).rejects.toMatchObject({
      message: '400 2 schema violations',
      hints: ['username: expected a string', '@entity: ["nothing named"]'],
    });
  });

  it.each([
    ['ECONNREFUSED', 'nothing listens there'],
    ['ENOENT', 'there is no such socket'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'its certificate is self-signed'],
    ['ECONNRESET', 'closed the connection without an answer'],
    ['E_STRANGE', 'E_STRANGE'],
  ])('of the network, %s, is told in words', async (fails, words) => {
    const { client } = clientOf([{ fails }]);

    await expect(client.send(read)).rejects.toThrow(words);
  });

  it.each(['<html>', '"text"', 'null'])(
    'is what does not look like an answer: %s',
    async (text) => {
      const { client } = clientOf([{ text }]);

      await expect(client.send(read)).rejects.toThrow('does not answer as an Admin API would');
    },
  );
});

describe('a list', () => {
  const pages: readonly Reply[] = [
    { body: { data: [{ id: 1 }, { id: 2 }], offset: 'next' } },
    { body: { data: [{ id: 3 }], offset: null } },
  ];

  async function collect(limit?: number) {
    const { client, requests } = clientOf(pages);
    const found: Entry[] = [];
    for await (const page of client.list(read, limit)) found.push(...page);
    return { ids: found.map(({ id }) => id), paths: requests.map(({ path }) => path) };
  }

  it('is read page by page', async () => {
    expect(await collect()).toEqual({
      ids: [1, 2, 3],
      paths: ['/consumers?size=1000', '/consumers?size=1000&offset=next'],
    });
  });

  it('ends where enough is read', async () => {
    expect(await collect(1)).toEqual({ ids: [1], paths: ['/consumers?size=1'] });
  });

  it('is not what has no entries', async () => {
    const { client } = clientOf([{ body: {} }]);

    await expect(client.list(read).next()).rejects.toThrow('does not answer as an Admin API');
  });
});
