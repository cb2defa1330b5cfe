import type { ConsumerRecord } from '../authz/consumer.ts';
import type { Decision } from '../authz/decision.ts';
import type { StructMessage, ValueMessage } from './messages.ts';

type Fields = Record<string, ValueMessage>;

/**
 * What later filters and access logs may know of a decision (`CheckResponse.dynamic_metadata`).
 * What is not known is left out.
 */
export function describeDecision(decision: Decision): StructMessage {
  const { trail } = decision;
  const fields: Fields = {};
  setText(fields, 'decision', decision.kind);
  setText(fields, 'reason', decision.reason);
  setText(fields, 'service', trail.service);
  setText(fields, 'route', trail.route);
  if (trail.consumer !== null) fields['consumer'] = describeConsumer(trail.consumer);
  setText(fields, 'client_id', trail.clientId);
  setText(fields, 'issuer', trail.token?.issuer ?? null);
  setText(fields, 'auth_method', trail.token?.method ?? null);
  const rateLimit = trail.consumer?.rateLimit ?? null;
  if (rateLimit !== null) {
    fields['rate_limit'] = struct({
      requests_per_unit: { numberValue: rateLimit.requestsPerUnit },
      // Envoy's rate limit filter reads the unit by the name of its enum value.
      unit: { stringValue: rateLimit.unit.toUpperCase() },
    });
  }
  return { fields };
}

function describeConsumer(consumer: ConsumerRecord): ValueMessage {
  const fields: Fields = {};
  setText(fields, 'id', consumer.id);
  setText(fields, 'custom_id', consumer.customId);
  setText(fields, 'username', consumer.username);
  const groups = [...consumer.groups].map((group) => ({ stringValue: group.toWellFormed() }));
  fields['groups'] = { listValue: { values: groups } };
  return struct(fields);
}

function struct(fields: Fields): ValueMessage {
  return { structValue: { fields } };
}

/** A lone surrogate would make Envoy drop the whole answer, which is then no longer ours. */
function setText(fields: Fields, name: string, value: string | null): void {
  if (value !== null) fields[name] = { stringValue: value.toWellFormed() };
}
