import type { RequestBody, RequestHeaders } from '../authz/request.ts';

// `ignoreBOM` keeps a byte order mark: the text has to be all of the body.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** `raw_body` with `pack_as_bytes`, else `body`, in which Envoy has put `!` for what is not UTF-8. */
export function readBody(raw: unknown, body: string, headers: RequestHeaders): RequestBody | null {
  if (raw instanceof Uint8Array && raw.byteLength > 0) {
    return { partial: isPartial(headers), text: () => decode(raw) };
  }
  return body === '' ? null : { partial: isPartial(headers), text: () => body };
}

/**
 * Envoy drops a caller's own header of this name and adds its own wherever it sends a body
 * (check_request_utils.cc). Anything but its one `false` is taken for a body that was cut.
 */
function isPartial(headers: RequestHeaders): boolean {
  const [value, ...more] = headers.values('x-envoy-auth-partial-body');
  return value !== 'false' || more.length > 0;
}

function decode(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}
