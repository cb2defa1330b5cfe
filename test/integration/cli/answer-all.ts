import type { RecordedReply, RecordedRequest } from './recording-admin.ts';

export const entry = {
  id: '9e0f2c1a-5b1d-4a9e-8a63-0c2f7f0b1d55',
  username: 'anna',
  name: 'Shop',
  custom_id: '0oa1',
  tags: ['a'],
  group: 'gold',
  consumer: { id: '5d0c7a52-2f6e-4b41-9d0b-6f3c1e8a7b90' },
};

/** One entity, whatever is asked for; lists hold it, and a second page nothing. */
export function answerAll({ method, path, body }: RecordedRequest): RecordedReply {
  if (method === 'DELETE') return { status: 204 };
  if (method === 'PATCH' && path === '/registrations') {
    const { ids } = body as { ids: string[] };
    return { body: { data: ids.map((one) => ({ id: one, status: 200, registration: entry })) } };
  }
  if (path.includes('?')) return { body: { data: [entry], offset: null } };
  return { body: entry, headers: { etag: '"e1"' } };
}
