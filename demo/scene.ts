import type { Played } from './play.ts';
import type { World } from './world.ts';

/** One request of the demo, and what has to become of it. */
export interface Scene {
  readonly title: string;
  /** Default: `envoy`. */
  readonly to?: 'envoy' | 'admin';
  /** Default: `GET`. */
  readonly method?: 'GET' | 'POST' | 'PATCH';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: object;
  readonly status: number;
  /** Of the Admin API: the `status` of what it answers, else its `message`; `''` where it has neither. */
  readonly reason: string;
  /** Follows a change, of which the sidecar hears within a moment: sent again until it goes so. */
  readonly afterChange?: boolean;
}

/** Scenes in their order; each one's outcome is handed back, for those that build on it. */
export type Scenes = AsyncGenerator<Scene, void, Played>;

/** A part of the demo, with a line that says what it shows. */
export interface Chapter {
  readonly title: string;
  readonly play: (world: World) => Scenes;
}

export const allowed = { status: 200, reason: 'allowed' } as const;

export function bearer(token: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${token}` };
}
