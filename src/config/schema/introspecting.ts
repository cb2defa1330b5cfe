import { z } from 'zod';
import { nonEmpty, secret, tokenPattern } from './scalars.ts';

/** Headers that the call itself has. `authorization` may be replaced. */
const ownHeaders: ReadonlySet<string> = new Set([
  ...['accept', 'connection', 'content-length', 'content-type', 'expect', 'host'],
  ...['keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
]);

/** Arguments that other keys of the provider decide on. */
const ownArguments: ReadonlySet<string> = new Set([
  ...['token', 'token_type_hint', 'client_id', 'client_secret'],
  ...['client_assertion', 'client_assertion_type'],
]);

const headers = z.record(z.string(), secret()).superRefine((value, context) => {
  const seen = new Set<string>();
  for (const name of Object.keys(value)) {
    const message = judgeHeader(name, seen);
    if (message !== null) context.addIssue({ code: 'custom', path: [name], message });
    seen.add(name.toLowerCase());
  }
});

function judgeHeader(name: string, seen: ReadonlySet<string>): string | null {
  if (!tokenPattern.test(name)) return 'expected the name of a header';
  if (ownHeaders.has(name.toLowerCase())) return 'the call has this header already';
  return seen.has(name.toLowerCase()) ? 'stands here twice, in another case' : null;
}

const args = z.record(z.string(), secret()).superRefine((value, context) => {
  for (const name of Object.keys(value)) {
    if (name !== '' && !ownArguments.has(name)) continue;
    const message = name === '' ? 'expected a name' : 'the call has this argument already';
    context.addIssue({ code: 'custom', path: [name], message });
  }
});

/** Keys of a provider that say what a call to its introspection endpoint looks like (RFC 7662). */
export const introspecting = {
  introspect_jwt_tokens: z
    .boolean()
    .prefault(false)
    .describe('Introspects JWTs after their signature, so that revocation is seen.'),
  introspection_hint: nonEmpty
    .nullable()
    .prefault('access_token')
    .describe('`token_type_hint`; null = none is sent.'),
  introspection_accept: z
    .enum(['application/json', 'application/jwt', 'application/token-introspection+jwt'])
    .prefault('application/json')
    .describe('Form of the answer; with a JWT type (RFC 9701) only a signed one counts.'),
  introspection_headers: headers
    .prefault({})
    .describe('More headers of the call, covered where they are shown.'),
  introspection_args: args.prefault({}).describe('More arguments of the call, covered likewise.'),
  introspection_token_param_name: nonEmpty
    .refine(
      (name) => name === 'token' || !ownArguments.has(name),
      'the call has this argument already',
    )
    .prefault('token')
    .describe('Name of the argument that holds the token.'),
};
