import type { AuditEntry } from '../../registry/entities.ts';
import type { Audit } from '../../registry/ports.ts';
import { allowed } from '../access/roles.ts';
import { defineRoute } from '../http/define-route.ts';
import { explainProblem } from '../http/explain-problem.ts';
import { pageParameters, readPage, writePage } from '../http/read-page.ts';
import type { Route } from '../http/route.ts';

/** Who changed what. */
export function createAuditRoutes(audit: Audit): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/audit',
      roles: allowed.readers,
      summary: 'Lists changes, newest first: who, what, before and after.',
      query: [...pageParameters, 'actor', 'action', 'entity'],
      async handle(call) {
        const page = readPage(call);
        if (!page.ok) return page.stop;
        const { query } = call;
        const listed = await audit.list({
          ...page.value,
          actor: query.get('actor'),
          action: query.get('action'),
          entity: query.get('entity'),
        });
        return listed.ok ? writePage(listed.value, call, writeEntry) : explainProblem(listed.stop);
      },
    }),
  ];
}

function writeEntry({ at, operationId, also, ...entry }: AuditEntry): object {
  return {
    ...entry,
    ...(also.length > 0 && { also }),
    time: new Date(at).toISOString(),
    operation_id: operationId,
  };
}
