import { z } from 'zod';
import { registrationStatuses } from '../authz/consumer.ts';
import { revocationKinds } from '../registry/revocation.ts';
import { answersOf, type RouteAnswer } from './description/answer-of.ts';
import { answerSchemas } from './description/answer-schemas.ts';
import type { Route } from './http/route.ts';

type Json = Readonly<Record<string, unknown>>;

const errors: Json = {
  type: 'object',
  required: ['message'],
  properties: {
    message: { type: 'string' },
    name: { type: 'string', description: 'Kong’s name of the error, such as `schema violation`.' },
    fields: { type: 'object', description: 'What is wrong, by field.' },
    code: { type: 'integer', description: 'Kong’s number of the error.' },
    operation_id: {
      type: 'string',
      description: 'Of a write of unknown outcome: its Idempotency-Key, or its name in the audit.',
    },
  },
};

const parameters: Readonly<Record<string, Json>> = {
  size: {
    description: 'Entries of a page.',
    schema: { type: 'integer', minimum: 1, maximum: 1000 },
  },
  offset: { description: '`offset` of the page before.', schema: { type: 'string' } },
  status: {
    description: 'Only those in this status.',
    schema: { type: 'string', enum: registrationStatuses },
  },
  kind: {
    description: 'Only revocations of this kind.',
    schema: { type: 'string', enum: revocationKinds },
  },
  tags: { description: '`a,b` = both, `a/b` = one of them.', schema: { type: 'string' } },
};

const writeHeaders: Readonly<Record<string, Json>> = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description: 'Names the write: a repeat within a day gives the first result again.',
    schema: { type: 'string', minLength: 1, maxLength: 128 },
  },
  IfMatch: {
    name: 'If-Match',
    in: 'header',
    description: 'Entity tags one of which must be the present one; 412 otherwise.',
    schema: { type: 'string' },
  },
};

const headerKeys = { 'Idempotency-Key': 'IdempotencyKey', 'If-Match': 'IfMatch' } as const;

const responses: Readonly<Record<string, Json>> = {
  NotDone: {
    description: 'Not done.',
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
  },
};

/** The table of routes as an OpenAPI 3.1 document. */
export function writeOpenApi(routes: readonly Route[], version: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: describeRoute(route) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Postern Admin API', version, license: { name: 'Apache-2.0' } },
    security: [{ token: [] }, { bearer: [] }],
    paths,
    components: {
      securitySchemes: {
        token: { type: 'apiKey', in: 'header', name: 'Kong-Admin-Token' },
        bearer: { type: 'http', scheme: 'bearer' },
      },
      schemas: { Error: errors, ...describeSchemas() },
      parameters: writeHeaders,
      responses,
    },
  };
}

function describeRoute({ method, path, roles, summary, query, heeds, body }: Route): Json {
  return {
    summary,
    description: `Roles: ${['admin', ...roles].join(', ')}.`,
    parameters: [
      ...Array.from(path.matchAll(/:(\w+)/g), ([, name]) => ({
        name,
        in: 'path',
        required: true,
        schema: { type: 'string' },
      })),
      ...query.map((name) => ({
        name,
        in: 'query',
        ...(parameters[name] ?? { schema: { type: 'string' } }),
      })),
      ...heeds.map((name) => ({ $ref: `#/components/parameters/${headerKeys[name]}` })),
    ],
    ...(body !== null && { requestBody: describeBody(body) }),
    responses: describeResponses({ method, path }),
  };
}

/** A form has the same fields, as far as a form can say them. */
function describeBody(body: z.ZodType): Json {
  return { content: { 'application/json': { schema: toSchema(body, 'input') } } };
}

function describeSchemas(): Json {
  return Object.fromEntries(
    Object.entries(answerSchemas).map(([name, schema]) => [name, toSchema(schema, 'output')]),
  );
}

function toSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const whole = z.toJSONSchema(schema, { io });
  return Object.fromEntries(Object.entries(whole).filter(([key]) => key !== '$schema'));
}

function describeResponses(route: Pick<Route, 'method' | 'path'>): Json {
  const done = answersOf(route).map((one): [number, Json] => [one.status, describeAnswer(one)]);
  return { ...Object.fromEntries(done), default: { $ref: '#/components/responses/NotDone' } };
}

const descriptions = { 200: 'As it is now.', 201: 'Created.', 204: 'Gone.' } as const;

function describeAnswer({ status, schema: name, isPage }: RouteAnswer): Json {
  const description = descriptions[status];
  if (name === null) return { description };
  const one = { $ref: `#/components/schemas/${name}` };
  const schema = isPage ? pageOf(one) : one;
  return { description, content: { 'application/json': { schema } } };
}

function pageOf(items: Json): Json {
  return {
    type: 'object',
    required: ['data', 'next', 'offset'],
    properties: {
      data: { type: 'array', items },
      next: { type: ['string', 'null'], description: 'Path of the next page.' },
      offset: { type: ['string', 'null'], description: 'For `?offset=`; null = the last page.' },
    },
  };
}
