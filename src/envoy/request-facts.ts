import type { AuthzRequest } from '../authz/request.ts';

const echoable = /^[A-Za-z0-9-]{1,64}$/;

/** `x-request-id` if it can be shown and logged as it is; the client may have written it. */
export function readRequestId(request: AuthzRequest): string | null {
  const [id, ...more] = request.headers.values('x-request-id');
  return id !== undefined && more.length === 0 && echoable.test(id) ? id : null;
}

/** Whether a gRPC client made the request (`application/grpc`, `application/grpc-web+proto`, …). */
export function isGrpcCall(request: AuthzRequest): boolean {
  const [contentType] = request.headers.values('content-type');
  return contentType?.toLowerCase().startsWith('application/grpc') ?? false;
}
