import type { z } from 'zod';
import type { MaybePromise } from '../../lib/step.ts';
import type { WriteContext } from '../../registry/ports.ts';
import type { Actor, Role } from '../access/roles.ts';
import type { Answer } from './answer.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Headers of a request that say more of a write. */
export const writeHeaders = ['Idempotency-Key', 'If-Match'] as const;
export type WriteHeader = (typeof writeHeaders)[number];

/** A request that was let in, with a body that fits. */
export interface Call<Body = unknown> {
  readonly actor: Actor;
  readonly method: Method;
  /** Decoded pieces of the path; `param` throws for a name that the path does not have. */
  readonly param: (name: string) => string;
  /** Parameters that the route knows, each given at most once. */
  readonly query: ReadonlyMap<string, string>;
  readonly body: Body;
  /** The path of the table of routes. */
  readonly route: string;
  /** The path as it was asked for, undecoded and without parameters: for links, not to decide by. */
  readonly path: string;
  readonly write: WriteContext;
}

export interface RouteSpec<Body> {
  readonly method: Method;
  /** With `:name` for each piece that varies. */
  readonly path: string;
  /** Roles that may use it beside `admin`. */
  readonly roles: readonly Role[];
  /** One line for the OpenAPI document. */
  readonly summary: string;
  /** Query parameters that it takes. */
  readonly query?: readonly string[];
  /** Headers that it heeds. Default: of a creation the key, of another write both. */
  readonly heeds?: readonly WriteHeader[];
  /** Absent = the request has no body. */
  readonly body?: z.ZodType<Body>;
  readonly handle: (call: Call<Body>) => MaybePromise<Answer>;
}

/** One row of the table of routes. */
export interface Route {
  readonly method: Method;
  readonly path: string;
  readonly roles: readonly Role[];
  readonly summary: string;
  readonly query: readonly string[];
  readonly heeds: readonly WriteHeader[];
  readonly body: z.ZodType | null;
  /** Judges the body and handles the call. */
  readonly run: (call: Call) => MaybePromise<Answer>;
}
