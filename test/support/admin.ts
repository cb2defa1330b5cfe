import { createHash } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { createAdminApi, type AnsweredCall } from '../../src/admin/admin-api.ts';
import type { Access } from '../../src/admin/access/access.ts';
import type { AdminToken } from '../../src/admin/access/find-token.ts';
import type { Role } from '../../src/admin/access/roles.ts';
import type { ExplainCheck } from '../../src/admin/postern/check-route.ts';
import type { FindSession } from '../../src/admin/postern/revocation-body.ts';
import { pass } from '../../src/lib/step.ts';
import type { AdminService } from '../../src/admin/admin-service.ts';
import { systemClock, type Clock } from '../../src/lib/clock.ts';
import type { Registry } from '../../src/registry/ports.ts';
import type { Webhooks } from '../../src/registry/webhooks.ts';
import type { TlsFiles } from '../../src/server/certificate-files.ts';
import { startHttpListener } from '../../src/server/http-listener.ts';

export interface AdminOptions {
  readonly registry: Registry;
  readonly services?: readonly AdminService[];
  readonly webhooks?: Webhooks;
  readonly explainCheck?: ExplainCheck;
  readonly findSession?: FindSession;
  readonly clock?: Clock;
  /** Default: a token per role, its name. */
  readonly access?: Access;
  readonly tls?: TlsFiles;
}

export interface AdminRequest {
  /** A role's token; null = none. Default `admin`. */
  readonly as?: Role | null;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface AdminResponse {
  readonly status: number;
  readonly headers: Headers;
  /** What the JSON says; null where there is no content. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- what comes off the wire is untyped
  readonly body: any;
}

/** An Admin API on loopback, with a token per role: its name. */
export interface RunningAdmin {
  readonly url: string;
  readonly answered: readonly AnsweredCall[];
  readonly errors: readonly unknown[];
  /** The next request that is over. */
  nextAnswered(): Promise<AnsweredCall>;
  send(method: string, path: string, request?: AdminRequest): Promise<AdminResponse>;
  stop(): Promise<void>;
}

const roles: readonly Role[] = ['admin', 'approver', 'read', 'requester'];

export function tokensOf(names: readonly Role[]): readonly AdminToken[] {
  return names.map((role) => ({
    name: `the-${role}`,
    role,
    sha256: createHash('sha256').update(role).digest('hex'),
  }));
}

/** A Service that waits for somebody’s approval, unless told otherwise. */
export function serviceOf(name: string, autoApprove = false): AdminService {
  const registration = { required: true, autoApprove, showIssuer: true };
  return { name, displayName: `${name} API`, registration, settings: {} };
}

export async function startAdmin(options: AdminOptions): Promise<RunningAdmin> {
  const answered: AnsweredCall[] = [];
  const over = new EventEmitter<{ answered: [AnsweredCall] }>();
  const errors: unknown[] = [];
  const services = options.services ?? [serviceOf('orders'), serviceOf('open', true)];
  const handle = await createAdminApi({
    registry: options.registry,
    services: {
      list: () => services,
      describeIssuer: async (name) => (name === 'orders' ? { service: name } : null),
    },
    explainCheck: options.explainCheck ?? (async () => ({})),
    findSession: options.findSession ?? (async () => pass(null)),
    webhooks: () => options.webhooks ?? null,
    version: '1.2.3',
    access: () => options.access ?? { by: 'token', tokens: tokensOf(roles) },
    clock: options.clock ?? systemClock,
    onAnswered: (call) => {
      answered.push(call);
      over.emit('answered', call);
    },
    onError: (error) => errors.push(error),
  });
  const listener = await startHttpListener({
    address: '127.0.0.1:0',
    tls: options.tls ?? null,
    handle,
    onCertificates: () => undefined,
  });
  const url = `${options.tls === undefined ? 'http' : 'https'}://${listener.address}`;
  return {
    url,
    answered,
    errors,
    async nextAnswered() {
      const [call] = (await once(over, 'answered')) as [AnsweredCall];
      return call;
    },
    send: (method, path, request) => send(`${url}${path}`, method, request),
    stop: () => listener.stop(1000),
  };
}

async function send(
  url: string,
  method: string,
  { as = 'admin', body, headers }: AdminRequest = {},
): Promise<AdminResponse> {
  const isText = typeof body === 'string';
  const response = await fetch(url, {
    method,
    headers: {
      ...(as !== null && { 'kong-admin-token': as }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? null : JSON.parse(text),
  };
}
