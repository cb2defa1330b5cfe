import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startAdmin, type RunningAdmin } from '../../support/admin.ts';
import { MemoryRegistry } from '../../support/memory-registry.ts';

let memory: MemoryRegistry;
let admin: RunningAdmin;
let now: number;

beforeEach(async () => {
  memory = new MemoryRegistry();
  now = 0;
  admin = await startAdmin({ registry: memory.ports, clock: { now: () => now } });
});

afterEach(async () => {
  expect(admin.errors).toEqual([]);
  await admin.stop();
});

describe('who is let in', () => {
  it.each(['/', '/consumers', '/nowhere', '/schemas/consumers', '/openapi.json'])(
    'is nobody without a token, at %s',
    async (path) => {
      for (const headers of [undefined, { authorization: 'Bearer wrong' }]) {
        const {
          status,
          body,
          headers: sent,
        } = await admin.send('GET', path, {
          as: null,
          ...(headers !== undefined && { headers }),
        });

        expect([status, body]).toEqual([401, { message: 'Unauthorized' }]);
        expect(sent.get('www-authenticate')).toBe('Bearer realm="postern-admin"');
      }
    },
  );

  it('is who has a token, in either header', async () => {
    const bearer = await admin.send('GET', '/', {
      as: null,
      headers: { authorization: 'Bearer read' },
    });

    expect(bearer.status).toBe(200);
    expect((await admin.send('GET', '/', { as: 'read' })).status).toBe(200);
  });

  it('is no page in a browser', async () => {
    const { status, headers } = await admin.send('GET', '/', {
      headers: { origin: 'https://evil.example' },
    });
    const preflight = await admin.send('OPTIONS', '/consumers', {
      as: null,
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    });

    expect([status, preflight.status]).toEqual([403, 403]);
    expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('is not asked any more who has failed too often, until a while has passed', async () => {
    const guess = () =>
      admin.send('GET', '/', { as: null, headers: { 'kong-admin-token': 'guess' } });
    for (let count = 0; count < 100; count++) expect((await guess()).status).toBe(401);
    const over = await guess();

    expect([over.status, over.headers.get('retry-after')]).toEqual([429, '1']);
    now = 1000;
    expect((await guess()).status).toBe(401);
  });

  it('is nobody who guesses right after too many failures, until a while has passed', async () => {
    for (let count = 0; count < 100; count++) await admin.send('GET', '/', { as: null });

    expect((await admin.send('GET', '/')).status).toBe(429);
    now = 1000;
    expect((await admin.send('GET', '/')).status).toBe(200);
  });

  it('is who had a token before, however often others at its address have failed', async () => {
    expect((await admin.send('GET', '/')).status).toBe(200);
    for (let count = 0; count < 101; count++) await admin.send('GET', '/', { as: null });

    expect((await admin.send('GET', '/', { as: null })).status).toBe(429);
    for (let count = 0; count < 200; count++) {
      expect((await admin.send('GET', '/')).status).toBe(200);
    }
  });
});

describe('a path that cannot be read', () => {
  it.each(['/%zz', '/consumers/%zz', '/%'])('is answered as any other: %s', async (path) => {
    const over = admin.nextAnswered();
    const refused = await admin.send('GET', path, { as: null });
    const told = await over;
    const answer = await admin.send('GET', path);

    expect([refused.status, refused.body]).toEqual([401, { message: 'Unauthorized' }]);
    expect(told).toMatchObject({ method: 'GET', route: null, status: 401, actor: null });
    expect([answer.status, answer.body]).toEqual([400, { message: 'Bad request' }]);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(answer.headers.get('x-request-id')).not.toBeNull();
  });

  it('counts as a failed attempt, too', async () => {
    for (let count = 0; count < 100; count++) await admin.send('GET', '/%zz', { as: null });

    expect((await admin.send('GET', '/%zz', { as: null })).status).toBe(429);
  });

  it('is refused where it is too long', async () => {
    const { status, body } = await admin.send('GET', `/consumers/${'x'.repeat(9000)}`);

    expect([status, body]).toEqual([414, { message: 'Path too long' }]);
  });
});

describe('what a role may do', () => {
  const consumer = { username: 'a' };

  it.each([
    ['read', 'GET', '/consumers', undefined, 200],
    ['read', 'POST', '/consumers', consumer, 403],
    ['read', 'PUT', '/consumers/a', consumer, 403],
    ['read', 'DELETE', '/consumers/a', undefined, 403],
    ['read', 'PATCH', '/registrations', { ids: ['x'] }, 403],
    ['read', 'PUT', '/services/x', {}, 403],
    ['approver', 'GET', '/acls', undefined, 200],
    ['approver', 'POST', '/consumers', consumer, 403],
    ['requester', 'GET', '/', undefined, 200],
    ['requester', 'GET', '/consumers', undefined, 403],
    ['requester', 'GET', '/acls', undefined, 403],
    ['requester', 'GET', '/audit', undefined, 403],
    ['requester', 'GET', '/application_services', undefined, 403],
    ['requester', 'HEAD', '/consumers', undefined, 403],
    ['requester', 'GET', '/services/orders/issuer', undefined, 200],
    ['requester', 'GET', '/services/hidden/issuer', undefined, 404],
  ] as const)('%s: %s %s', async (as, method, path, body, status) => {
    expect((await admin.send(method, path, { as, body })).status).toBe(status);
    expect(memory.dossiers.size).toBe(0);
  });
});

describe('every answer', () => {
  it.each([
    ['/', 'admin'],
    ['/consumers/nobody', 'admin'],
    ['/nowhere', null],
    ['/consumers/%zz', 'admin'],
  ] as const)('has the headers that keep it where it belongs, at %s', async (path, as) => {
    const { headers } = await admin.send('GET', path, { as });

    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      server: 'postern/1.2.3',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
  });

  it('has the caller’s request id, where it can be logged', async () => {
    const of = async (id: string) => {
      const { headers } = await admin.send('GET', '/', { headers: { 'x-request-id': id } });
      return headers.get('x-request-id');
    };

    expect(await of('abc-1')).toBe('abc-1');
    expect(await of('a b')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('is logged without what was in the path', async () => {
    await admin.send('GET', '/consumers/anna?tags=x', { as: 'read' });
    await admin.send('GET', '/nowhere/anna', { as: null });

    expect(admin.answered).toMatchObject([
      {
        method: 'GET',
        route: '/consumers/:consumer',
        status: 400,
        actor: 'the-read',
        role: 'read',
      },
      { method: 'GET', route: null, status: 401, actor: null, role: null },
    ]);
    expect(JSON.stringify(admin.answered)).not.toContain('anna');
    expect(admin.answered.every(({ durationMs }) => durationMs > 0)).toBe(true);
  });
});

describe('bad requests', () => {
  it.each([
    ['GET', '/nowhere', undefined, 404],
    ['GET', '/key-auths', undefined, 404],
    ['GET', '/services/orders', undefined, 404],
    ['PATCH', '/services/orders', {}, 405],
    ['GET', '/consumers/%00', undefined, 404],
    ['GET', '/consumers/a/b/c', undefined, 404],
    ['PUT', '/consumers', {}, 405],
    ['DELETE', '/acls', undefined, 405],
    ['OPTIONS', '/consumers', undefined, 405],
    ['POST', '/consumers', '{"username":', 400],
    ['POST', '/consumers', `{"username":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 400],
    ['POST', '/consumers', `{"username":"${'a'.repeat(300_000)}"}`, 413],
    ['POST', '/consumers', { username: '\ud800' }, 400],
    ['POST', '/consumers', { username: 'a', tags: Array(2000).fill('t') }, 400],
    ['DELETE', '/consumers/a', { force: true }, 400],
  ])('%s %s is told so', async (method, path, body, status) => {
    const answer = await admin.send(method, path, { body });

    expect(answer.status).toBe(status);
    expect(typeof answer.body.message).toBe('string');
    expect(memory.dossiers.size).toBe(0);
  });

  it.each(['x-http-method-override', 'x-http-method', 'x-method-override'])(
    'does another thing than its method says for no %s',
    async (name) => {
      const headers = { [name]: 'DELETE' };
      await admin.send('POST', '/consumers', { body: { username: 'anna' } });

      expect((await admin.send('GET', '/consumers/anna', { headers })).status).toBe(200);
      expect(memory.dossiers.size).toBe(1);
    },
  );

  it.each([
    ['POST', '/consumers', { username: 'a\r\nset-cookie: x=y' }],
    ['POST', '/consumers', { '\r\nset-cookie: x=y': 1 }],
    ['GET', '/consumers?a%0d%0aset-cookie:%20x=y', undefined],
    ['GET', '/consumers/a%0d%0aset-cookie:%20x=y', undefined],
    ['PUT', '/consumers/a%0d%0aset-cookie:%20x=y', {}],
  ])('becomes no header of an answer: %s %s %j', async (method, path, body) => {
    const { status, headers } = await admin.send(method, path, { body });

    expect([400, 404]).toContain(status);
    expect(headers.get('set-cookie')).toBeNull();
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(memory.dossiers.size).toBe(0);
  });

  it('is told in JSON of every refusal, whatever it accepts', async () => {
    const headers = { accept: 'text/html' };
    for (const [method, path, as] of [
      ['GET', '/', null],
      ['GET', '/nowhere', 'admin'],
      ['PUT', '/consumers', 'admin'],
      ['POST', '/consumers', 'read'],
    ] as const) {
      const { body, headers: sent } = await admin.send(method, path, { as, headers });

      expect(Object.keys(body)).toEqual(['message']);
      expect(sent.get('content-type')).toBe('application/json; charset=utf-8');
    }
  });

  it('says by which methods a path is known', async () => {
    const { headers } = await admin.send('PUT', '/consumers', { body: {} });

    expect(headers.get('allow')).toBe('GET, POST, HEAD');
  });

  it('takes no body of another type, or with other bytes', async () => {
    const headers = { 'content-type': 'text/plain' };
    const { status } = await admin.send('POST', '/consumers', { body: 'username=a', headers });

    expect(status).toBe(415);
  });

  it('does not choose between two lengths of a request', async () => {
    const { hostname, port } = new URL(admin.url);
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), hostname);
      let text = '';
      socket.on('data', (chunk) => (text += String(chunk)));
      socket.on('error', reject);
      socket.on('close', () => {
        resolve(text);
      });
      socket.end(
        'POST /consumers HTTP/1.1\r\nHost: a\r\nKong-Admin-Token: admin\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      );
    });

    expect(answer).toMatch(/^HTTP\/1\.1 400/);
  });

  it('answers HEAD without a body', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { 'kong-admin-token': 'admin' };
      request(`${admin.url}/consumers`, { method: 'HEAD', headers }, (response) => {
        response.resume().on('end', () => {
          resolve(response.statusCode);
        });
      })
        .on('error', reject)
        .end();
    });

    expect(status).toBe(200);
  });
});

describe('a store that fails', () => {
  it.each([
    [{ kind: 'unavailable', detail: 'Redis is away' }, 503, /nothing was changed/],
    [{ kind: 'outcome_unknown', detail: 'Redis went away' }, 503, /Idempotency-Key/],
    [{ kind: 'read_only' }, 405, /come from a file/],
  ] as const)('is told as %j', async (problem, status, message) => {
    memory.problem = problem;
    const headers = { 'idempotency-key': 'op-1' };
    const sent = await admin.send('PUT', '/consumers/a', { body: {}, headers });

    expect([sent.status, sent.headers.get('idempotency-key')]).toEqual([status, 'op-1']);
    expect(sent.body.message).toMatch(message);
    if (problem.kind === 'outcome_unknown') {
      expect(sent.body).toMatchObject({ name: 'outcome_unknown', operation_id: 'op-1' });
    }
    // Without a key it was nobody's to repeat.
    const unnamed = await admin.send('PUT', '/consumers/a', { body: {} });
    expect([unnamed.status, unnamed.headers.get('idempotency-key')]).toEqual([status, null]);
    expect(unnamed.body.message).not.toContain('Idempotency-Key');
    // Why is for the log.
    expect(JSON.stringify(sent.body)).not.toContain('Redis');
    const detail = 'detail' in problem ? problem.detail : null;
    expect(admin.answered.at(-1)?.detail).toBe(detail);
  });
});
