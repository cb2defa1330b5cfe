import type { Played } from './play.ts';
import type { World } from './world.ts';

/** One request of the demo, and what has to become of it. */
export interface Scene {
  readonly title: string;
  /** Default: `GET`. */
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly status: number;
  readonly reason: string;
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
