import type { DocumentPath } from '../documents/problem.ts';
import { compact, type Json } from './json.ts';
import type { KongConsumer } from './kong-model.ts';
import type { Ledger } from './ledger.ts';
import type { Portal } from './read-portal.ts';

/** What a Consumers file says of an application; null = it is a plain Consumer of decK's file. */
export type DescribeApplication = (
  application: Portal['applications'][number],
  path: DocumentPath,
) => Json | null;

// eslint-disable-next-line no-control-regex
const unwritable = /[\u0000-\u001f\u007f]|^.{256}/s;

export function createDescribeApplication(
  consumers: readonly KongConsumer[],
  ledger: Ledger,
): DescribeApplication {
  const clients = new Set(consumers.map(({ entity }) => entity.custom_id ?? ''));
  const usernames = new Set(consumers.map(({ entity }) => entity.username ?? ''));

  return function describeApplication(application, path) {
    if (clients.has(application.custom_id ?? '')) {
      const why =
        'a Consumer of the file has its Reference ID: it stays a Consumer of decK’s, which deletes it with its registrations where it resets';
      ledger.ignore('application.name', path, why);
      return null;
    }
    const { name, owner } = readNames(application);
    const username = `${owner ?? 'application'}_${name}`;
    const stop = (why: string) => {
      ledger.stop('application.name', path, why);
    };
    if (usernames.has(username)) stop(`another one is named ${username} here, too`);
    if (name === '' || unwritable.test(username)) {
      stop('a name has 1 to 255 characters with that of its owner, and no control characters');
    }
    usernames.add(username);
    const owned = owner === null ? 'without an owner' : `of developer ${owner}`;
    ledger.translate('application', path, `application ${name} ${owned}`);
    return compact({ name, owner, redirect_uri: application.redirect_uri });
  };
}

/** The developer by the id, as Kong does: the Consumer's name, which upstreams see, stays the same. */
function readNames({ name, custom_id: customId, developer }: Portal['applications'][number]) {
  return { name: (name ?? customId ?? '').trim(), owner: developer?.id ?? null };
}
