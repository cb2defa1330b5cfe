import type { Json } from './json.ts';
import type { PluginOptions } from './plugin-options.ts';
import { writeClaim, type Claim } from './read-claim.ts';

/** Names that Postern or Envoy set, or that belong to the message itself. */
const reserved =
  /^(x[-_](consumer|authenticated|credential|anonymous)[-_].*|authorization|connection|content-length|cookie|expect|forwarded|host|keep-alive|te|trailer|transfer-encoding|upgrade|x-request-id|proxy-.*|x-envoy-.*|x-forwarded-.*)$/i;
const headerName = /^[!#$%&'*+.^`|~0-9A-Za-z-]{1,128}$/;

/** Claims as headers, in both of Kong's forms. */
export function translateUpstreamHeaders(options: PluginOptions): Json {
  const old = options
    .pairs('upstream_headers_claims', 'upstream_headers_names')
    .map(([claim, name]) => [name, claim] as const);
  const headers = new Map<string, Claim>();
  for (const [name, claim] of [...old, ...readNew(options)]) {
    if (!headerName.test(name) || reserved.test(name)) {
      options.refuse('upstream_headers', 'one of these names has a meaning of its own');
      continue;
    }
    const key = name.toLowerCase();
    if (!headers.has(key)) headers.set(key, claim);
  }
  if (headers.size > 0) {
    const why = 'add these names to decoder_header_mutation_rules of Envoy’s filter';
    options.ignore('upstream_headers', why);
  }
  return headers.size === 0 ? {} : { upstream_headers: Object.fromEntries(headers) };
}

function readNew(options: PluginOptions): readonly (readonly [string, Claim])[] {
  return options.records('upstream_headers').flatMap(({ header, path }) => {
    const isPath = Array.isArray(path) && path.every((name) => typeof name === 'string');
    if (typeof header !== 'string' || !isPath) {
      options.stop('upstream_headers', 'expected a list of { header, path }');
      return [];
    }
    const claim = writeClaim(path, 'upstream_headers', options);
    return claim === null ? [] : [[header, claim] as const];
  });
}

/** Whether upstreams get a token that was fetched for the caller, as in Kong they do by default. */
export function translateUpstreamToken(options: PluginOptions, methods: readonly string[]): Json {
  const key = 'upstream_access_token_header';
  const isOff = Object.hasOwn(options.plugin.config, key) && !options.has(key);
  const header = options.text(key) ?? 'authorization:bearer';
  const fetches = methods.some((method) => ['client_credentials', 'password'].includes(method));
  if (header.toLowerCase() !== 'authorization:bearer') {
    options.refuse(key, 'a token goes upstream in Authorization only');
    return {};
  }
  return fetches && !isOff ? { upstream_access_token: true } : {};
}
