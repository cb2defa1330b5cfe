import { allowed } from '../access/roles.ts';
import { notFound, ok, refusal } from '../http/answer.ts';
import { defineRoute } from '../http/define-route.ts';
import type { Route } from '../http/route.ts';
import { entityViolation, schemaViolation } from '../http/violations.ts';
import { aclBody } from './acl-body.ts';
import { consumerBody, nameless } from './consumer-body.ts';

const valid = ok({ message: 'schema validation successful' });

/** What decK asks for schemas: none is told, and Consumers and groups can be judged. */
export function createSchemaRoutes(): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/schemas/:entity',
      roles: allowed.readers,
      summary: 'There are none.',
      handle: () => notFound,
    }),
    defineRoute({
      method: 'GET',
      path: '/schemas/plugins/:plugin',
      roles: allowed.readers,
      summary: 'Says where plugins are configured.',
      handle: (call) =>
        refusal(
          404,
          `Postern has no plugin ${JSON.stringify(call.param('plugin').slice(0, 64))}: authentication, registration and ACL of a Service are configured under services: in its configuration file`,
        ),
    }),
    defineRoute({
      method: 'POST',
      path: '/schemas/consumers/validate',
      roles: allowed.readers,
      summary: 'Judges a Consumer without storing it.',
      heeds: [],
      body: consumerBody,
      handle: ({ body: { username, custom_id: customId } }) =>
        (username ?? '') === '' && (customId ?? '') === '' ? entityViolation(nameless) : valid,
    }),
    defineRoute({
      method: 'POST',
      path: '/schemas/acls/validate',
      roles: allowed.readers,
      summary: 'Judges a membership without storing it.',
      heeds: [],
      body: aclBody,
      handle: ({ body }) =>
        body.group === undefined ? schemaViolation({ group: 'required field missing' }) : valid,
    }),
  ];
}
