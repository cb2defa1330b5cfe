/** Tokens of demo/postern.yaml, by the name of whom they are for. */
export const adminTokens = {
  portal: 'token-of-the-portal',
  board: 'token-of-the-board',
  owner: 'token-of-the-owner',
} as const;

export interface AdminRequest {
  readonly method?: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: object;
}

export interface AdminAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The Admin API of the demo's Postern. */
export interface Admin {
  readonly url: string;
  send(request: AdminRequest): Promise<AdminAnswer>;
  /** The path of an application's or Consumer's registration for a Service. */
  findRegistration(customId: string, service: string): Promise<string>;
  /** Takes a step, as the board. */
  decide(registration: string, status: string): Promise<void>;
}

export function createAdmin(url: string): Admin {
  const send = (request: AdminRequest) => sendJson(url, request);
  const headers = { 'kong-admin-token': adminTokens.board };
  return {
    url,
    send,
    async findRegistration(customId, service) {
      const { body } = await send({ path: `/registrations?service=${service}`, headers });
      const all = body['data'] as readonly Registration[];
      const found = all.find(({ consumer }) => consumer.custom_id === customId);
      if (found === undefined) throw new Error(`${customId} is not registered for ${service}`);
      return `/registrations/${found.id}`;
    },
    async decide(path, status) {
      const answer = await send({ method: 'PATCH', path, headers, body: { status } });
      if (answer.status !== 200) throw new Error(`${path}: ${String(answer.status)}`);
    },
  };
}

interface Registration {
  readonly id: string;
  readonly consumer: { readonly custom_id: string | null };
}

async function sendJson(
  url: string,
  { method = 'GET', path, headers, body }: AdminRequest,
): Promise<AdminAnswer> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as AdminAnswer['body'] };
}
