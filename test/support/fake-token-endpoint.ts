import type { IncomingHttpHeaders } from 'node:http';
import { answerJson, type Answer } from './fake-faults.ts';

/** The credentials of a token request, as they came. */
export interface PresentedCredentials {
  readonly method: 'basic' | 'post' | 'assertion' | 'none';
  readonly id: string;
  readonly secret: string;
}

export interface TokenRequest {
  readonly headers: IncomingHttpHeaders;
  readonly form: URLSearchParams;
  readonly credentials: PresentedCredentials;
}

type Claims = Readonly<Record<string, unknown>>;

/** Makes tokens with these claims. */
interface Mint {
  readonly opaque: (claims: Claims) => string;
  readonly jwt: (claims: Claims) => Promise<string>;
}

/**
 * The token endpoint of the fake: takes anybody until `clients` or `users` has an entry. The token's
 * `client_id` is whom the request named, its `sub` the user if there is one.
 */
export class FakeTokenEndpoint {
  /** Secrets by client id; empty = any credentials will do. */
  readonly clients = new Map<string, string>();
  /** Passwords by user name, for `grant_type=password`; empty = any. */
  readonly users = new Map<string, string>();
  /** Whether it form-decodes Basic credentials, as RFC 6749 section 2.3.1 has it; many do not. */
  basicDecoding: 'form' | 'raw' = 'form';
  format: 'opaque' | 'jwt' = 'opaque';
  /** More claims of the tokens; undefined takes one away. */
  claims: Claims = {};
  /** Members that replace or add to those of the answer; undefined takes one away. */
  fields: Readonly<Record<string, unknown>> = {};

  readonly #mint: Mint;

  constructor(mint: Mint) {
    this.#mint = mint;
  }

  readCredentials(headers: IncomingHttpHeaders, form: URLSearchParams): PresentedCredentials {
    const basic = /^basic (.*)$/i.exec(headers.authorization ?? '')?.[1];
    if (basic === undefined) return readForm(form);
    const pair = Buffer.from(basic, 'base64').toString();
    const at = pair.indexOf(':');
    const decode = this.basicDecoding === 'form' ? decodeForm : (part: string) => part;
    return { method: 'basic', id: decode(pair.slice(0, at)), secret: decode(pair.slice(at + 1)) };
  }

  async answer({ form, credentials }: TokenRequest): Promise<Answer> {
    const { id, secret, method } = credentials;
    const wanted = this.clients.get(id);
    const known = method === 'assertion' ? wanted !== undefined : wanted === secret;
    if (this.clients.size > 0 && !known) return oauthError('invalid_client', 401);
    const username = form.get('username');
    if (form.get('grant_type') === 'password' && this.users.size > 0) {
      const password = this.users.get(username ?? '');
      if (password === undefined || password !== form.get('password')) {
        return oauthError('invalid_grant');
      }
    }
    return this.#grant({ client_id: id, sub: username ?? id }, form.get('scope'));
  }

  async #grant(subject: Claims, scope: string | null): Promise<Answer> {
    const claims = { ...subject, ...(scope === null ? {} : { scope }), ...this.claims };
    const token = this.format === 'jwt' ? await this.#mint.jwt(claims) : this.#mint.opaque(claims);
    const answer = { access_token: token, token_type: 'Bearer', expires_in: 300 };
    return answerJson({ ...answer, ...this.fields });
  }
}

/** An error answer of RFC 6749 section 5.2. */
export function oauthError(error: string, status = 400): Answer {
  return answerJson({ error }, status);
}

function readForm(form: URLSearchParams): PresentedCredentials {
  const assertion = form.get('client_assertion');
  if (assertion !== null) {
    return { method: 'assertion', id: subjectOf(assertion), secret: assertion };
  }
  const secret = form.get('client_secret');
  const method = secret === null ? 'none' : 'post';
  return { method, id: form.get('client_id') ?? '', secret: secret ?? '' };
}

function subjectOf(assertion: string): string {
  const payload = Buffer.from(assertion.split('.')[1] ?? '', 'base64url').toString();
  const { sub } = JSON.parse(payload) as { sub?: unknown };
  return typeof sub === 'string' ? sub : '';
}

/** Empty for what is no form encoding. */
function decodeForm(part: string): string {
  try {
    return decodeURIComponent(part.replaceAll('+', ' '));
  } catch {
    return '';
  }
}
