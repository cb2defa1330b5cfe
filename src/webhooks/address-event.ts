import type { RegistrationEvent } from '../registry/registration-event.ts';
import type { Address } from '../registry/webhooks.ts';
import type { WebhookEndpoint } from './endpoint.ts';

/** Each endpoint that wants to know of an event, with what it is told. */
export function createAddress(endpoints: readonly WebhookEndpoint[]): Address {
  return function address(event) {
    const { id, type, registration } = event;
    const interested = endpoints.filter(({ events }) => events.includes(type));
    if (interested.length === 0) return [];
    const delivery = { id, type, lane: registration.id, body: JSON.stringify(describe(event)) };
    return interested.map(({ name }) => ({ endpoint: name, delivery }));
  };
}

/** The payload, in the names of the Admin API (Standard Webhooks: `type`, `timestamp`, `data`). */
function describe({ type, at, actor, registration, previousStatus }: RegistrationEvent): object {
  const { id, service, status, suspended, note, version, consumer, application } = registration;
  return {
    type,
    timestamp: new Date(at).toISOString(),
    data: {
      registration: { id, service, status, suspended, note, version },
      consumer: { id: consumer.id, username: consumer.username, custom_id: consumer.customId },
      application,
      actor,
      previous_status: previousStatus,
    },
  };
}
