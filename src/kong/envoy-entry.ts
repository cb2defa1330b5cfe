import type { Json } from './json.ts';
import type { KongRoute } from './kong-model.ts';
import type { Priority } from './router-priority.ts';

/** One route of Envoy before it is put into virtual hosts. */
export interface EnvoyEntry {
  readonly route: KongRoute;
  readonly path: string | null;
  /** Lower-case; empty = every host. */
  readonly hosts: readonly string[];
  readonly priority: Priority;
  readonly written: readonly Json[];
}
