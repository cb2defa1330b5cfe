import { describe, expect, it } from '@jest/globals';
import { fc } from '../../support/properties.ts';
import { allow, refuse } from '../../../src/authz/decide.ts';
import type { Decision } from '../../../src/authz/decision.ts';
import { deny, unavailable, type Refusal } from '../../../src/authz/refusal.ts';
import { mintPermit, type Permit } from '../../../src/authz/permit.ts';
import type { Policy } from '../../../src/authz/policy.ts';
import { reasonTable } from '../../../src/authz/reason-table.ts';
import type { DenyReason, Outage, ReasonRow } from '../../../src/authz/reasons.ts';
import type { AuthzRequest } from '../../../src/authz/request.ts';
import { startTrail } from '../../../src/authz/trail.ts';
import { loadAuthorizationProto } from '../../../src/envoy/authorization-proto.ts';
import { shapeResponse, type ShapeOptions } from '../../../src/envoy/shape-response.ts';
import { consumerOf, headersOf, policyOf, requestOf, tokenOf } from '../../support/builders.ts';
import { readStruct } from '../../support/check-client.ts';

const { Check } = loadAuthorizationProto().service;
const asDeny: ShapeOptions = { unavailable: 'deny' };

const outages = [
  'idp_unavailable',
  'store_unavailable',
  'overloaded',
  'deadline_exceeded',
  'internal',
];
const reasons = Object.keys(reasonTable) as (DenyReason | Outage)[];

function refusalOf(reason: DenyReason | Outage): Refusal {
  return outages.includes(reason) ? unavailable(reason as Outage) : deny(reason as DenyReason);
}

function refusedFor(reason: DenyReason | Outage, policy: Partial<Policy> = {}): Decision {
  return { ...refuse(refusalOf(reason), policyOf(policy)), trail: startTrail() };
}

function allowed(request: AuthzRequest = requestOf(), permit: Permit = permitOf()): Decision {
  return { ...allow({ request, permit, policy: policyOf() }), trail: startTrail() };
}

function permitOf(fields: { credentialIdentifier?: string; groups?: string } = {}): Permit {
  const subject = {
    consumer: consumerOf(),
    anonymous: false,
    credentialIdentifier: fields.credentialIdentifier ?? null,
    authenticatedGroups: null,
  };
  const value = fields.groups ?? 'gold';
  const groups = { header: 'consumer', value, names: new Set([value]) } as const;
  return mintPermit('allowed', subject, groups);
}

function shape(decision: Decision, request = requestOf(), options = asDeny) {
  const shaped = shapeResponse(decision, request, options);
  const refused = shaped.message.denied_response ?? shaped.message.error_response;
  const pairs = (refused ?? shaped.message.ok_response)?.headers.map(
    ({ header }) => [header.key, header.value] as const,
  );
  return { ...shaped, refused, pairs: pairs ?? [], headers: Object.fromEntries(pairs ?? []) };
}

function withHeaders(...pairs: [string, string][]): AuthzRequest {
  return requestOf({ headers: headersOf(...pairs) });
}

describe('an allow', () => {
  it('has code 0, identity headers and what is to be removed', () => {
    const { message, httpStatus, headers } = shape(allowed());

    expect(message.status).toEqual({ code: 0 });
    expect(httpStatus).toBe(200);
    expect(headers).toMatchObject({
      'x-consumer-username': 'billing-app',
      'x-consumer-groups': 'gold',
    });
    expect(message.ok_response?.headers_to_remove).toContain('x-anonymous-consumer');
    expect(message.denied_response).toBeUndefined();
  });

  it('overwrites always, and leaves `append` unset on the wire', () => {
    const bytes = Check.responseSerialize(shape(allowed()).message);
    const received = Check.responseDeserialize(bytes);

    for (const option of received.ok_response?.headers ?? []) {
      expect(option).toMatchObject({ append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' });
      expect(option).not.toHaveProperty('append');
    }
    expect(received.ok_response?.headers.length).toBeGreaterThan(3);
    expect(received.status).toEqual({ code: 0 });
  });

  it('keeps an empty groups header, so that it still replaces the caller’s', () => {
    const { message } = shape(allowed(requestOf(), permitOf({ groups: '' })));

    expect(message.ok_response?.headers).toContainEqual({
      header: { key: 'x-consumer-groups', value: '' },
      append_action: 'OVERWRITE_IF_EXISTS_OR_ADD',
      keep_empty_value: true,
    });
  });

  it('is a fault without a minted permit', () => {
    const lookAlike: object = { reason: 'allowed', subject: null, groups: { header: 'none' } };
    const forged = { ...allowed(), permit: lookAlike } as Decision;

    const { message, decision } = shape(forged);

    expect(message.status.code).toBe(14);
    expect(message.ok_response).toBeUndefined();
    expect(decision).toMatchObject({ kind: 'unavailable', reason: 'internal' });
  });

  it.each<[string, [string, string][], string[]]>([
    ['a name that is set and removed', [['x-a', '1']], ['x-a']],
    [
      'a name that is set twice',
      [
        ['x-a', '1'],
        ['x-a', '2'],
      ],
      [],
    ],
    ['a name in upper case', [['X-A', '1']], []],
    ['a value with a line break', [['x-a', '1\r\nx-b: 2']], []],
    ['a lone surrogate, which would make the message unreadable', [['x-a', 'a\ud800']], []],
    ['more bytes than Envoy takes', manyHeaders(8, 8000), []],
    ['more headers than Envoy takes', manyHeaders(33, 1), []],
    ['more removals than Envoy takes', [], manyHeaders(129, 1).map(([name]) => name)],
    ['a removal of something that is no name', [], ['x a']],
  ])('is a fault with %s', (_name, set, remove) => {
    const decision = { ...allowed(), headers: { set, remove, removeQuery: [] } } as Decision;

    expect(shape(decision).message).toMatchObject({ status: { code: 14 }, denied_response: {} });
  });
});

describe('an allow', () => {
  it('appends cookies, sets other headers of the answer, and leaves out what is no header', () => {
    const responseHeaders = [
      ['set-cookie', 'a=1'],
      ['dpop-nonce', 'n'],
      ['set-cookie', 'b=2\r\nx: y'],
    ];
    const { message } = shape({ ...allowed(), responseHeaders } as unknown as Decision);

    expect(message.ok_response?.response_headers_to_add).toEqual([
      {
        header: { key: 'set-cookie', value: 'a=1' },
        append: { value: true },
        append_action: 'APPEND_IF_EXISTS_OR_ADD',
      },
      {
        header: { key: 'dpop-nonce', value: 'n' },
        append_action: 'OVERWRITE_IF_EXISTS_OR_ADD',
      },
    ]);
  });

  it('lets through as many cookies as Envoy took, and long tokens', () => {
    const set = [
      ['cookie', 'c'.repeat(55_000)],
      ['authorization', `Bearer ${'t'.repeat(16_000)}`],
    ];
    const headers = { set, remove: [], removeQuery: ['access_token'] };
    const { message } = shape({ ...allowed(), headers } as unknown as Decision);

    expect(message).toMatchObject({
      status: { code: 0 },
      ok_response: { query_parameters_to_remove: ['access_token'] },
    });
  });
});

function manyHeaders(count: number, size: number): [string, string][] {
  return Array.from({ length: count }, (_, index) => [`x-${String(index)}`, 'v'.repeat(size)]);
}

describe('a refusal', () => {
  it.each(reasons)('%s has the status of the table', (reason) => {
    const row: ReasonRow = reasonTable[reason];

    const { message, httpStatus, refused, headers } = shape(refusedFor(reason));

    expect(message.status.code).toBe(row.grpc);
    expect(httpStatus).toBe(row.http);
    expect(refused?.status).toEqual({ code: row.http });
    expect(JSON.parse(refused?.body ?? '')).toEqual({ message: row.message });
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'content-type': 'application/json; charset=utf-8',
    });
    expect('retry-after' in headers).toBe(row.http === 503);
    expect('x-postern-reason' in headers).toBe(false);
  });

  it('sends each challenge as a header of its own', () => {
    const decision = { ...refusedFor('credential_missing'), challenges: ['Bearer', 'Basic'] };

    const challenges = shape(decision).pairs.filter(([name]) => name === 'www-authenticate');

    expect(challenges.map(([, value]) => value)).toEqual(['Bearer', 'Basic']);
  });

  it('leaves out a challenge that cannot be sent', () => {
    const decision = {
      ...refusedFor('credential_missing'),
      challenges: ['Bearer\r\nx: y', 'a\udc00'],
    };

    expect(shape(decision).headers).not.toHaveProperty('www-authenticate');
  });

  it('tells the reason only where the Service wants it', () => {
    const { headers } = shape(refusedFor('token_expired', { exposeReason: true }));

    expect(headers).toHaveProperty('x-postern-reason', 'token_expired');
  });

  it('never shows the detail', () => {
    const decision: Decision = {
      ...refuse(deny('token_malformed', 'private words'), policyOf({ exposeReason: true })),
      trail: startTrail(),
    };

    expect(JSON.stringify(shape(decision).message)).not.toContain('private words');
  });

  it('is an error_response with the same content where Envoy is to decide on outages', () => {
    const options: ShapeOptions = { unavailable: 'envoy_decides' };

    const outage = shape(refusedFor('idp_unavailable'), requestOf(), options).message;
    const denial = shape(refusedFor('token_expired'), requestOf(), options).message;

    expect(outage.denied_response).toBeUndefined();
    expect(outage).toMatchObject({
      status: { code: 14 },
      error_response: { status: { code: 503 } },
    });
    expect(denial.error_response).toBeUndefined();
    expect(denial.denied_response).toBeDefined();
  });
});

describe('the body of a refusal', () => {
  it.each<[string, string, string]>([
    ['', 'application/json', '"message"'],
    ['*/*', 'application/json', '"message"'],
    ['application/*', 'application/json', '"message"'],
    ['text/xml', 'application/json', '"message"'],
    ['nonsense;;;q=,', 'application/json', '"message"'],
    ['text/*', 'text/plain', 'Forbidden\n'],
    ['text/plain', 'text/plain', 'Forbidden\n'],
    ['text/html,application/xhtml+xml,*/*;q=0.8', 'text/html', '<h1>Forbidden</h1>'],
    ['application/xml', 'application/xml', '<message>Forbidden</message>'],
    ['text/html;q=0.1, application/xml;q=0.9', 'application/xml', '<message>'],
    [`text/html,${'x'.repeat(2000)}`, 'application/json', '"message"'],
  ])('follows Accept: %.40s', (accept, contentType, part) => {
    const request = accept === '' ? withHeaders() : withHeaders(['accept', accept]);

    const { headers, refused } = shape(refusedFor('consumer_unknown'), request);

    expect(headers['content-type']).toBe(`${contentType}; charset=utf-8`);
    expect(refused?.body).toContain(part);
  });

  it.each(['application/json', 'text/plain', 'text/html', 'application/xml'])(
    'names the request in %s',
    (accept) => {
      const request = withHeaders(['accept', accept], ['x-request-id', 'abc-123']);

      expect(shape(refusedFor('consumer_unknown'), request).refused?.body).toContain('abc-123');
    },
  );

  it.each<[string, [string, string][]]>([
    ['markup', [['x-request-id', '<script>']]],
    ['too long', [['x-request-id', 'a'.repeat(65)]]],
    [
      'two of them',
      [
        ['x-request-id', 'a'],
        ['x-request-id', 'b'],
      ],
    ],
    ['empty', [['x-request-id', '']]],
  ])('does not echo a request id that is %s', (_name, pairs) => {
    const { refused } = shape(refusedFor('consumer_unknown'), withHeaders(...pairs));

    expect(JSON.parse(refused?.body ?? '')).toEqual({ message: 'Forbidden' });
  });

  it.each(['text/html', 'application/xml'])('escapes the words of a Service in %s', (accept) => {
    const policy = { messages: { unauthorized: null, forbidden: '<b>"no" & \'never\'</b>' } };
    const decision = refusedFor('consumer_unknown', policy);

    const { refused } = shape(decision, withHeaders(['accept', accept]));

    expect(refused?.body).toContain('&lt;b&gt;&quot;no&quot; &amp; &#39;never&#39;&lt;/b&gt;');
  });

  it.each(['application/grpc', 'Application/GRPC+proto', 'application/grpc-web'])(
    'is one plain line for callers with %s',
    (contentType) => {
      const policy = { messages: { unauthorized: 'Log\nin\r\nfirst', forbidden: null } };
      const request = withHeaders(['content-type', contentType], ['accept', 'text/html']);

      const { headers, refused, message } = shape(refusedFor('token_expired', policy), request);

      expect(refused?.body).toBe('Log in first');
      expect(headers).toMatchObject({ 'content-type': 'application/grpc', 'grpc-status': '16' });
      expect(message.status.code).toBe(16);
    },
  );
});

describe('dynamic metadata', () => {
  it('names what is known and leaves out the rest', () => {
    const trail = { ...startTrail(), service: 'orders' };

    const { message } = shape({ ...refusedFor('token_expired'), trail });

    expect(readStruct(message.dynamic_metadata)).toEqual({
      decision: 'deny',
      reason: 'token_expired',
      service: 'orders',
    });
  });

  it('describes the Consumer and how it was found', () => {
    const rateLimit = { requestsPerUnit: 30, unit: 'minute' } as const;
    const consumer = consumerOf({ groups: new Set(['gold', 'a,b']), rateLimit, customId: null });
    const trail = {
      ...{ service: 'orders', route: 'admin', token: tokenOf(), clientId: 'billing' },
      ...{ consumer, cache: 'hit' as const },
    };

    const { message } = shape({ ...allowed(), trail });

    expect(readStruct(message.dynamic_metadata)).toEqual({
      decision: 'allow',
      reason: 'allowed',
      service: 'orders',
      route: 'admin',
      consumer: { id: consumer.id, username: 'billing-app', groups: ['gold', 'a,b'] },
      client_id: 'billing',
      issuer: 'https://idp.example.com',
      auth_method: 'bearer',
      rate_limit: { requests_per_unit: 30, unit: 'MINUTE' },
    });
  });
});

describe('whatever the request says', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\ud800', '\u0000', 'a,b'));
  const names = fc.constantFrom(
    ...['accept', 'content-type', 'x-request-id', 'authorization', 'x_consumer_id'],
    ...['x_consumer-custom_id', 'x-consumer-groups', '__proto__'],
  );
  const requests = fc
    .array(fc.tuple(names, text), { maxLength: 12 })
    .map((pairs) => withHeaders(...pairs));

  it('no refusal has code 0, and every one can be read as it was meant', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...reasons),
        requests,
        fc.boolean(),
        (reason, request, decides) => {
          const options: ShapeOptions = { unavailable: decides ? 'envoy_decides' : 'deny' };
          const { message } = shape(refusedFor(reason, { exposeReason: true }), request, options);
          const bytes = Check.responseSerialize(message);

          expect(Check.responseDeserialize(bytes).status.code).toBe(reasonTable[reason].grpc);
          expect(message.ok_response).toBeUndefined();
        },
      ),
    );
  });

  it('no allow sets and removes one name, and every text is well-formed', () => {
    fc.assert(
      fc.property(requests, text, text, (request, credentialIdentifier, groups) => {
        const { message } = shape(allowed(request, permitOf({ credentialIdentifier, groups })));
        const set = (message.ok_response?.headers ?? []).map(({ header }) => header.key);
        const removed = message.ok_response?.headers_to_remove ?? [];

        expect(set.filter((name) => removed.includes(name))).toEqual([]);
        expect(new Set(set).size).toBe(set.length);
        expect(JSON.stringify(message)).not.toMatch(/\\ud[89a-f]/);
        if (message.status.code === 0) expect(message.ok_response).toBeDefined();
        else expect(message.denied_response).toBeDefined();
      }),
    );
  });
});
