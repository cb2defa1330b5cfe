/** Where deliveries to one endpoint are. */
export interface EndpointKeys {
  /** Sorted set of registrations with something to deliver, by the time of the next attempt. */
  readonly due: string;
  /** Hash: how many are pending, and how it went last. */
  readonly state: string;
  /** List of what is to be delivered about one registration, oldest first. */
  lane(registration: string): string;
}

/** Keys of webhooks; they share the hash tag of all others. */
export interface WebhookKeys {
  /** Last entry of the audit trail that was taken over. */
  readonly cursor: string;
  /** Stream of what could not be delivered. */
  readonly dead: string;
  endpoint(name: string): EndpointKeys;
}

export function createWebhookKeys(prefix: string): WebhookKeys {
  const tag = `{${prefix}}`;
  return {
    cursor: `${tag}:webhooks:cursor`,
    dead: `${tag}:webhooks:dead`,
    endpoint(name) {
      const own = `${tag}:webhook:${name}`;
      return {
        due: `${own}:due`,
        state: `${own}:state`,
        lane: (registration) => `${own}:lane:${registration}`,
      };
    },
  };
}
