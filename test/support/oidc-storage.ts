import type { Adapter, AdapterPayload, ClientMetadata } from 'oidc-provider';

/** What the provider keeps, in memory; clients apart, so that they can change while it runs. */
export function createOidcStorage(clients: ReadonlyMap<string, ClientMetadata>) {
  const stored = new Map<string, AdapterPayload>();
  return (model: string): Adapter => ({
    upsert: async (id, payload) => void stored.set(`${model}:${id}`, payload),
    find: async (id) => (model === 'Client' ? clients.get(id) : stored.get(`${model}:${id}`)),
    destroy: async (id) => void stored.delete(`${model}:${id}`),
    consume: async (id) => {
      const payload = stored.get(`${model}:${id}`);
      if (payload !== undefined) payload.consumed = Math.floor(Date.now() / 1000);
    },
    findByUid: async (uid) => [...stored.values()].find((payload) => payload.uid === uid),
    findByUserCode: async () => undefined,
    revokeByGrantId: async (grantId) => {
      for (const [key, payload] of stored) if (payload.grantId === grantId) stored.delete(key);
    },
  });
}
