import { isAlias, isMap, isNode, isScalar, isSeq, type Alias, type YAMLMap } from 'yaml';
import { formatPath } from './problem.ts';

/** What is wrong at an offset into the text. */
export interface TextProblem {
  readonly offset: number;
  readonly path: string;
  readonly message: string;
}

/** Deepest nesting; a configuration needs about ten. */
const maxDepth = 64;
/** Most values that aliases may repeat, against files that unfold to gigabytes. */
const maxRepeatedValues = 10_000;

/** Turns nodes into plain data in one walk; sees duplicate keys, and aliases that run away. */
export function readNodes(root: unknown): { value: unknown; problems: TextProblem[] } {
  const reader = new NodeReader();
  const value = reader.read(root);
  return { value, problems: reader.problems };
}

class NodeReader {
  readonly problems: TextProblem[] = [];
  readonly #path: PropertyKey[] = [];
  readonly #anchors = new Map<string, { value: unknown; size: number }>();
  #count = 0;
  #repeated = 0;

  read(node: unknown): unknown {
    this.#count += 1;
    if (!isNode(node)) return null;
    if (isAlias(node)) return this.#readAlias(node);
    const before = this.#count;
    const value = this.#readContent(node);
    const { anchor } = node as { anchor?: string };
    if (anchor !== undefined) this.#anchors.set(anchor, { value, size: this.#count - before + 1 });
    return value;
  }

  #readContent(node: unknown): unknown {
    if (isScalar(node)) return node.value;
    if (this.#path.length >= maxDepth) return this.#report(node, 'nested too deeply');
    if (isMap(node)) return this.#readMap(node);
    if (isSeq(node)) return node.items.map((item, index) => this.#readAt(index, item));
    return null;
  }

  #readMap(map: YAMLMap): Record<string, unknown> {
    const result: Record<string, unknown> = {};
    for (const { key, value } of map.items) {
      // The parser has reported every other kind of key.
      if (!isScalar(key) || typeof key.value !== 'string') continue;
      if (key.value === '__proto__') {
        // Set on an object it would be its prototype; and no document has a use for it.
        this.#reportAt(key.value, key, 'unknown key "__proto__"');
      } else if (Object.hasOwn(result, key.value)) {
        this.#reportAt(key.value, key, 'duplicate key');
      } else {
        result[key.value] = this.#readAt(key.value, value);
      }
    }
    return result;
  }

  #readAt(item: PropertyKey, node: unknown): unknown {
    this.#path.push(item);
    const value = this.read(node);
    this.#path.pop();
    return value;
  }

  #readAlias(alias: Alias): unknown {
    // An anchor is known once its node ends, so a node cannot contain itself.
    const anchored = this.#anchors.get(alias.source);
    if (anchored === undefined) return this.#report(alias, 'no value before this has that anchor');
    this.#repeated += anchored.size;
    this.#count += anchored.size;
    if (this.#repeated <= maxRepeatedValues) return anchored.value;
    return this.#report(alias, 'aliases repeat too many values');
  }

  #reportAt(item: PropertyKey, node: unknown, message: string): void {
    this.#path.push(item);
    this.#report(node, message);
    this.#path.pop();
  }

  #report(node: unknown, message: string): null {
    const offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
    this.problems.push({ offset, path: formatPath(this.#path), message });
    return null;
  }
}
