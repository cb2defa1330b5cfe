import { decodeForm, splitForm } from '../form.ts';
import type { AuthzRequest } from '../request.ts';
import { noArguments, type Arguments } from './arguments.ts';

/**
 * The query of a request. It begins at the first `?`, and a `#` is a character of it, as in Envoy.
 * Names are compared as they stand, since Envoy removes them that way: `access%5Ftoken` is another
 * name. Values are decoded.
 */
export function readQueryArguments({ path }: AuthzRequest): Arguments {
  const start = path.indexOf('?');
  if (start === -1) return noArguments;
  const query = path.slice(start + 1);
  return {
    values: (name) =>
      query.includes(name)
        ? splitForm(query)
            .filter((field) => field.name === name)
            .map(({ value }) => decodeForm(value))
        : [],
  };
}
