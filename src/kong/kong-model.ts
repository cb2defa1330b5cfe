import type { DocumentPath } from '../documents/problem.ts';
import type {
  ConsumerEntity,
  FormatVersion,
  PluginEntity,
  RouteEntity,
  ServiceEntity,
} from './kong-schema.ts';

/** A plugin with its shared configuration filled in. */
export interface KongPlugin {
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly entity: PluginEntity;
  readonly path: DocumentPath;
}

export interface KongRoute {
  /** As the file names it, else its id, else made of its Service's name. */
  readonly name: string;
  readonly entity: RouteEntity;
  readonly plugins: readonly KongPlugin[];
  readonly path: DocumentPath;
}

export interface KongService {
  readonly name: string;
  readonly entity: ServiceEntity;
  readonly plugins: readonly KongPlugin[];
  readonly routes: readonly KongRoute[];
  readonly path: DocumentPath;
}

export interface KongConsumer {
  readonly entity: ConsumerEntity;
  readonly groups: readonly string[];
  readonly path: DocumentPath;
}

/** A file with everything where it belongs, whether it was nested or flat. */
export interface KongModel {
  readonly format: FormatVersion;
  readonly services: readonly KongService[];
  readonly consumers: readonly KongConsumer[];
  /** Of every Service. */
  readonly globalPlugins: readonly KongPlugin[];
  /** Of a Consumer or a group of them. */
  readonly consumerPlugins: readonly KongPlugin[];
}
