import { decodeForm, splitForm, type FormField } from '../form.ts';
import { deny, type Deny } from '../refusal.ts';
import type { AuthzRequest } from '../request.ts';
import { noArguments, type Arguments } from './arguments.ts';
import { countTopLevelMembers } from './count-members.ts';

/** Longer bodies are not searched, in UTF-16 code units. */
const maxBodyLength = 64 * 1024;

/** How the text of a body becomes arguments; a media type is a row. */
const readers = new Map<string, (text: string) => Arguments | Deny>([
  ['application/x-www-form-urlencoded', readForm],
  ['application/json', readJson],
]);

/**
 * The arguments of a form or a JSON object. A body of these types that cannot be read whole is
 * refused, whatever else came: a second credential could be in it.
 */
export function readBodyArguments(request: AuthzRequest): Arguments | Deny {
  let known = alreadyRead.get(request);
  if (known === undefined) {
    known = search(request);
    alreadyRead.set(request, known);
  }
  return known;
}

/** Tokens and pairs are looked for apart, in a body that is parsed once. */
const alreadyRead = new WeakMap<AuthzRequest, Arguments | Deny>();

function search({ body, headers }: AuthzRequest): Arguments | Deny {
  const read = readers.get(mediaType(headers.values('content-type')));
  if (body === null || read === undefined) return noArguments;
  if (body.partial) return malformed('Envoy sent a part of the body only (max_request_bytes)');
  const text = body.text();
  if (text === null) return malformed('the body is not UTF-8');
  if (text.length > maxBodyLength) return malformed('the body is too long to be searched');
  return read(text);
}

function mediaType(values: readonly string[]): string {
  const [type = ''] = (values[0] ?? '').split(';', 1);
  return values.length === 1 ? type.trim().toLowerCase() : '';
}

/** Names are decoded here: nothing is removed from a body, and two spellings are one name. */
function readForm(text: string): Arguments | Deny {
  const fields: FormField[] = [];
  for (const { name: spelling, value } of splitForm(text)) {
    const name = decodeForm(spelling);
    // Also since it takes an exception to find out, of which a body has room for many.
    if (name === null) return malformed('the body has a field whose name cannot be decoded');
    fields.push({ name, value });
  }
  return {
    values: (name) =>
      fields.filter((field) => field.name === name).map(({ value }) => decodeForm(value)),
  };
}

/** Members of the outermost object; those of nested ones are the application's. */
function readJson(text: string): Arguments | Deny {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return malformed('the body is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return noArguments;
  const members = new Map(Object.entries(value));
  if (countTopLevelMembers(text) !== members.size) {
    return malformed('the body has a member twice');
  }
  return {
    values: (name) => {
      if (!members.has(name)) return [];
      const member: unknown = members.get(name);
      return [typeof member === 'string' ? member : null];
    },
  };
}

function malformed(detail: string): Deny {
  return deny('credential_malformed', detail);
}
