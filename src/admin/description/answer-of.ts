import type { Route } from '../http/route.ts';
import type { AnswerName } from './answer-schemas.ts';

/** What a route answers when it did what was asked for. */
export interface RouteAnswer {
  readonly status: 200 | 201 | 204;
  /** Null = no content. */
  readonly schema: AnswerName | null;
  readonly isPage: boolean;
}

const instances = '/applications/:application/application_instances';
const owned = '/developers/:developer/applications';

/** What is in each list. Below a list, `/:name` is one of it. */
const lists: ReadonlyMap<string, AnswerName> = new Map([
  ['/consumers', 'Consumer'],
  ['/consumers/:consumer/acls', 'Acl'],
  ['/acls', 'Acl'],
  ['/applications', 'Application'],
  [instances, 'ApplicationInstance'],
  ['/registrations', 'Registration'],
  ['/developers', 'Developer'],
  [owned, 'DeveloperApplication'],
  [`/developers/:developer${instances}`, 'ApplicationInstance'],
  ['/services/:service/application_instances', 'ApplicationInstance'],
  ['/postern/services', 'Service'],
  ['/application_services', 'Service'],
  ['/revocations', 'Revocation'],
  ['/audit', 'AuditEntry'],
  ['/webhooks', 'Webhook'],
  ['/webhooks/dead-letters', 'DeadLetter'],
  ...['services', 'routes', 'plugins', 'certificates', 'snis', 'upstreams'].map(
    (name): [string, AnswerName] => [`/${name}`, 'Nothing'],
  ),
]);

const others: ReadonlyMap<string, AnswerName> = new Map([
  ['GET /', 'Root'],
  ['GET /openapi.json', 'Document'],
  ['GET /acls/:acl/consumer', 'Consumer'],
  ['GET /services/:service/issuer', 'Document'],
  ['POST /schemas/consumers/validate', 'Verdict'],
  ['POST /schemas/acls/validate', 'Verdict'],
  ['POST /check', 'Document'],
  ['PATCH /registrations', 'ChangedRegistrations'],
  ['POST /webhooks/dead-letters/redeliver', 'RedeliveredLetters'],
  ['POST /webhooks/dead-letters/:letter/redeliver', 'DeadLetter'],
]);

/** None = it always refuses. */
export function answersOf({ method, path }: Pick<Route, 'method' | 'path'>): RouteAnswer[] {
  const other = others.get(`${method} ${path}`);
  if (other !== undefined) return [{ status: 200, schema: other, isPage: false }];
  const inList = lists.get(path);
  const schema = inList ?? lists.get(path.replace(/\/:\w+$/, ''));
  if (schema === undefined) return [];
  const isPage = inList !== undefined && method === 'GET';
  if (schema === 'Nothing') return isPage ? [{ status: 200, schema, isPage }] : [];
  if (method === 'DELETE') return [{ status: 204, schema: null, isPage }];
  const done: RouteAnswer = { status: 200, schema, isPage };
  return method === 'POST' ? [done, { ...done, status: 201 }] : [done];
}
