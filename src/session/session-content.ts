import type { AuthMethod, Claims } from '../authz/token.ts';

/** What a session holds, wherever it is kept. Never the token itself. */
export interface SessionContent {
  readonly service: string;
  /** Identity provider that vouched for the token, by its name in the configuration. */
  readonly provider: string;
  readonly issuer: string;
  /** How its caller authenticated at the start. */
  readonly openedBy: AuthMethod;
  /** Client id of a Basic credential, which no claim has to hold. */
  readonly credentialIdentifier: string | null;
  /** Fingerprint of the names of claims that were asked for, whether the token had them or not. */
  readonly claimSet: string;
  readonly claims: Claims;
  /** Epoch milliseconds, here and below. */
  readonly openedAt: number;
  /** When it was last written: idle time counts from here. */
  readonly issuedAt: number;
  /** End of the token; null where none is known. */
  readonly tokenExpiresAt: number | null;
  /** As in {@link SessionMarks}. */
  readonly tokenHash: string;
  readonly jti: string | null;
  /** When the token was issued, or fetched by Postern; null = not known. */
  readonly tokenIssuedAt: number | null;
}

/** As it is written: one JSON object with short names, since a cookie has little room. */
interface Written {
  readonly v: 2;
  readonly svc: string;
  readonly idp: string;
  readonly iss: string;
  readonly via: AuthMethod;
  readonly cid: string | null;
  readonly set: string;
  readonly claims: Claims;
  readonly opened: number;
  readonly issued: number;
  readonly exp: number | null;
  readonly hash: string;
  readonly jti: string | null;
  readonly iat: number | null;
}

export function encodeContent(content: SessionContent): string {
  const written: Written = {
    v: 2,
    svc: content.service,
    idp: content.provider,
    iss: content.issuer,
    via: content.openedBy,
    cid: content.credentialIdentifier,
    set: content.claimSet,
    claims: content.claims,
    opened: content.openedAt,
    issued: content.issuedAt,
    exp: content.tokenExpiresAt,
    hash: content.tokenHash,
    jti: content.jti,
    iat: content.tokenIssuedAt,
  };
  return JSON.stringify(written);
}

/** Null for anything that {@link encodeContent} of this version has not written. */
export function decodeContent(text: string): SessionContent | null {
  const written = parse(text);
  if (!isWritten(written)) return null;
  return {
    service: written.svc,
    provider: written.idp,
    issuer: written.iss,
    openedBy: written.via,
    credentialIdentifier: written.cid,
    claimSet: written.set,
    claims: written.claims,
    openedAt: written.opened,
    issuedAt: written.issued,
    tokenExpiresAt: written.exp,
    tokenHash: written.hash,
    jti: written.jti,
    tokenIssuedAt: written.iat,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Whether a session may be opened by it. */
const methods: Readonly<Record<AuthMethod, boolean>> = {
  bearer: true,
  introspection: true,
  client_credentials: true,
  password: true,
  session: false,
};

const shape: Readonly<Record<keyof Written, (value: unknown) => boolean>> = {
  v: (value) => value === 2,
  svc: isString,
  idp: isString,
  iss: isString,
  via: (value) => Object.entries(methods).some(([name, opens]) => opens && name === value),
  cid: isStringOrNull,
  set: isString,
  claims: isObject,
  opened: isTime,
  issued: isTime,
  exp: (value) => value === null || isTime(value),
  hash: isString,
  jti: isStringOrNull,
  iat: (value) => value === null || isTime(value),
};

function isWritten(value: unknown): value is Written {
  return (
    isObject(value) &&
    Object.entries(shape).every(([name, fits]) => Object.hasOwn(value, name) && fits(value[name]))
  );
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

function isStringOrNull(value: unknown): value is string | null {
  return value === null || isString(value);
}

/** JSON has numbers that become Infinity, such as 1e999. */
function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
