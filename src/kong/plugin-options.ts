import type { DocumentPath } from '../documents/problem.ts';
import type { KongPlugin } from './kong-model.ts';
import type { Ledger } from './ledger.ts';
import { resolveVault, type EnvVaults } from './references.ts';

/** Null and the empty list or text are how Kong writes "not set". */
function isUnset(value: unknown): boolean {
  return (
    value === undefined || value === null || value === '' || (Array.isArray(value) && !value.length)
  );
}

/**
 * The options of one plugin. Reading one takes it off; what is left at the end nobody has translated.
 * A wrong type stops the import, since a guess could be a wider one.
 */
export class PluginOptions {
  readonly plugin: KongPlugin;
  readonly ledger: Ledger;
  readonly #vaults: EnvVaults;
  readonly #left: Map<string, unknown>;

  constructor(plugin: KongPlugin, ledger: Ledger, vaults: EnvVaults) {
    this.plugin = plugin;
    this.ledger = ledger;
    this.#vaults = vaults;
    this.#left = new Map(Object.entries(plugin.config).filter(([, value]) => !isUnset(value)));
  }

  has(key: string): boolean {
    return this.#left.has(key);
  }

  text(key: string): string | null {
    const value = this.#take(key);
    if (value === undefined) return null;
    const text = this.#string(value, key);
    return text ?? this.#mistake(key, 'a string');
  }

  /** A list, or one string for a list of one. */
  texts(key: string): readonly string[] {
    const value = this.#take(key);
    if (value === undefined) return [];
    const items = (Array.isArray(value) ? value : [value]).map((item) => this.#string(item, key));
    const texts = items.filter((item) => item !== null);
    if (texts.length < items.length) this.#mistake(key, 'a list of strings');
    return texts;
  }

  flag(key: string): boolean | null {
    const value = this.#take(key);
    if (value === undefined || typeof value === 'boolean') return value ?? null;
    return this.#mistake(key, 'true or false');
  }

  /** A number that is not negative. */
  number(key: string): number | null {
    const value = this.#take(key);
    if (value === undefined) return null;
    if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
    return this.#mistake(key, 'a number that is not negative');
  }

  /** A list of objects. */
  records(key: string): readonly Readonly<Record<string, unknown>>[] {
    const value = this.#take(key);
    if (value === undefined) return [];
    const isList = (items: unknown): items is Record<string, unknown>[] =>
      Array.isArray(items) && items.every((item) => typeof item === 'object' && item !== null);
    if (isList(value)) return value;
    this.#mistake(key, 'a list of objects');
    return [];
  }

  /** Two lists that belong together by index, such as names and values of headers. */
  pairs(names: string, values: string): readonly (readonly [string, string])[] {
    const [left, right] = [this.texts(names), this.texts(values)];
    if (left.length !== right.length) this.stop(names, `${names} and ${values} differ in length`);
    return left.map((name, index) => [name, right[index] ?? '']);
  }

  /** What nobody has read, with its value. */
  takeRest(): readonly (readonly [string, unknown])[] {
    const rest = [...this.#left];
    this.#left.clear();
    return rest;
  }

  /** The value as it stands, for what has a form of its own. */
  raw(key: string): unknown {
    return this.#take(key);
  }

  ignore(key: string, why: string): void {
    this.ledger.ignore(this.#name(key), this.path(key), why);
  }

  refuse(key: string, why: string): void {
    this.ledger.refuse(this.#name(key), this.path(key), why);
  }

  stop(key: string, why: string): void {
    this.ledger.stop(this.#name(key), this.path(key), why);
  }

  translated(key: string, why: string): void {
    this.ledger.translate(this.#name(key), this.path(key), why);
  }

  path(key: string): DocumentPath {
    const [option = key] = key.split('.');
    const { entity, config, path } = this.plugin;
    if (Object.hasOwn(entity.config ?? {}, option)) return [...path, 'config', option];
    const shared = entity._config ?? null;
    const isShared = shared !== null && Object.hasOwn(config, option);
    return isShared ? ['_plugin_configs', shared, option] : path;
  }

  #name(key: string): string {
    return `${this.plugin.name}.${key}`;
  }

  #take(key: string): unknown {
    const value = this.#left.get(key);
    this.#left.delete(key);
    return value;
  }

  #string(value: unknown, key: string): string | null {
    if (typeof value !== 'string') return null;
    const text = resolveVault(value, this.#vaults);
    if (text !== null) return text;
    this.stop(key, 'only references to the environment can be translated: {vault://env/…}');
    return '';
  }

  #mistake(key: string, wanted: string): null {
    this.stop(key, `expected ${wanted}`);
    return null;
  }
}
