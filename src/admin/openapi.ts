import { z } from 'zod';
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

const json: Json = { 'application/json': { schema: { type: 'object' } } };

const responses: Readonly<Record<string, Json>> = {
  Done: { description: 'As it is now.', content: json },
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
      schemas: { Error: errors },
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
    responses: describeResponses(method),
  };
}

/** A form has the same fields, as far as a form can say them. */
function describeBody(body: z.ZodType): Json {
  const whole = z.toJSONSchema(body, { io: 'input' });
  const schema = Object.fromEntries(Object.entries(whole).filter(([key]) => key !== '$schema'));
  return { content: { 'application/json': { schema } } };
}

function describeResponses(method: Route['method']): Json {
  const done = { $ref: '#/components/responses/Done' };
  return {
    ...(method === 'DELETE' ? { 204: { description: 'Gone.' } } : { 200: done }),
    ...(method === 'POST' && { 201: done }),
    default: { $ref: '#/components/responses/NotDone' },
  };
}
