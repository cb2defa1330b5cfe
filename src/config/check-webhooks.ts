import type { Finding } from '../documents/problem.ts';
import { expectedScheme, isClearText } from './check-schemes.ts';
import type { Outline } from './outline.ts';

/** Webhooks that nobody would call, or that say too much to too many. */
export function checkWebhooks({ webhooks, store, listen }: Outline): Finding[] {
  const path = ['webhooks'];
  if (webhooks.length === 0) return [];
  const needs =
    store.redis === undefined ? 'store.redis, where their deliveries are kept' : needsOf(listen);
  return [
    ...(needs === null ? [] : [{ path, message: `webhooks need ${needs}` }]),
    ...webhooks
      .map(({ url, allow_insecure: isAllowed }, index) => ({ url, isAllowed, index }))
      .filter(({ url, isAllowed }) => url !== null && !isAllowed && isClearText(url))
      .map(({ index }) => ({ path: [...path, index, 'url'], message: expectedScheme })),
  ];
}

function needsOf({ admin }: Outline['listen']): string | null {
  return admin === undefined ? 'listen.admin: the process of the Admin API delivers them' : null;
}
