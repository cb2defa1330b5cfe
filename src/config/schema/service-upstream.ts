import { z } from 'zod';
import { claim, nonEmpty, tokenPattern } from './scalars.ts';
import { ownedHeaders } from '../../authz/identity-headers.ts';

/** Of the request itself, of the connection, or set by Envoy. */
const reservedNames: ReadonlySet<string> = new Set([
  ...['authorization', 'connection', 'content-length', 'cookie', 'expect', 'forwarded', 'host'],
  ...['keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'x-request-id'],
]);
const reservedPrefixes = ['proxy-', 'x-envoy-', 'x-forwarded-'] as const;

/** What is wrong with a header that Postern shall set for upstreams; null = nothing. */
function judgeUpstreamHeader(text: string): string | null {
  const name = text.toLowerCase();
  if (!tokenPattern.test(name)) return 'expected the name of a header';
  if (name.includes('_')) return 'expected a name without "_", which upstreams may read as "-"';
  if (ownedHeaders.has(name)) return 'Postern sets this header itself';
  const reserved =
    reservedNames.has(name) || reservedPrefixes.some((prefix) => name.startsWith(prefix));
  return reserved ? 'this header has a meaning of its own' : null;
}

const upstreamHeaders = z.record(z.string(), claim).superRefine((value, context) => {
  const seen = new Set<string>();
  for (const name of Object.keys(value)) {
    const twice = seen.has(name.toLowerCase()) ? 'stands here twice, in another case' : null;
    const message = judgeUpstreamHeader(name) ?? twice;
    if (message !== null) context.addIssue({ code: 'custom', path: [name], message });
    seen.add(name.toLowerCase());
  }
});

const jwtHeader = z
  .string()
  .superRefine((value, context) => {
    const message = judgeUpstreamHeader(value);
    if (message !== null) context.addIssue({ code: 'custom', message });
  })
  .meta({ title: 'header name' });

const upstreamJwt = z.strictObject({
  header: jwtHeader.prefault('x-postern-jwt').describe('Header of the JWT.'),
  audience: z.array(nonEmpty).prefault([]).describe('`aud`. Default: the name of the Service.'),
});

/** Keys of a Service that say what its upstream learns beside the identity headers. */
export const informing = {
  upstream_headers: upstreamHeaders
    .prefault({})
    .describe('Headers with their claims: set, or removed where the token has no such claim.'),
  upstream_access_token: z
    .boolean()
    .prefault(false)
    .describe('Sends a token that Postern fetched as `Authorization: Bearer`.'),
  upstream_jwt: upstreamJwt
    .nullable()
    .prefault(null)
    .describe('A short-lived JWT of Postern’s own about the caller; null = none.'),
};
