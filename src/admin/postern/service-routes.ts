import type { AdminService, ServicesInForce } from '../admin-service.ts';
import { allowed } from '../access/roles.ts';
import { notFound, ok } from '../http/answer.ts';
import { defineRoute } from '../http/define-route.ts';
import type { Route } from '../http/route.ts';

/** The configured Services. */
export function createServiceRoutes(services: ServicesInForce): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/postern/services',
      roles: allowed.readers,
      summary: 'Lists the Services in force, as configured.',
      handle: () => ok({ data: services.list().map(writeService), next: null, offset: null }),
    }),
    defineRoute({
      method: 'GET',
      path: '/application_services',
      roles: allowed.readers,
      summary: 'Lists the Services that ask for a registration.',
      handle: () => {
        const asking = services.list().filter(({ registration }) => registration !== null);
        return ok({ data: asking.map(writeService), next: null, offset: null });
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/services/:service/issuer',
      roles: allowed.readersAndRequesters,
      summary: 'Says where tokens for a Service come from, if it has show_issuer.',
      async handle(call) {
        const page = await services.describeIssuer(call.param('service'));
        return page === null ? notFound : ok(page);
      },
    }),
  ];
}

function writeService({ name, displayName, registration, settings }: AdminService): object {
  return {
    // Nothing else names a Service, so its name is its id.
    id: name,
    name,
    display_name: displayName,
    registration:
      registration === null
        ? null
        : {
            required: registration.required,
            auto_approve: registration.autoApprove,
            show_issuer: registration.showIssuer,
          },
    ...settings,
  };
}
