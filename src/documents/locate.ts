import { isAlias, isMap, isNode, isScalar, isSeq, type Document, type Node } from 'yaml';
import type { DocumentPath, Position } from './problem.ts';

/**
 * Where the value at `path` begins, or with `'key'` the key that names it. A path that leads
 * further than the document gives the last place that exists.
 */
export type Locate = (path: DocumentPath, part?: 'value' | 'key') => Position;

interface Child {
  readonly value: Node | null;
  readonly valueOffset: number;
  readonly keyOffset: number;
}

/** Nothing is computed before somebody asks. */
export function createLocator(
  document: Document.Parsed,
  position: (offset: number) => Position,
): Locate {
  return function locate(path, part = 'value') {
    let node: Node | null = document.contents;
    let offset = startOf(node) ?? 0;
    for (const item of path) {
      const child = findChild(resolveAlias(node, document), item);
      if (child === null) break;
      offset = part === 'key' ? child.keyOffset : child.valueOffset;
      node = child.value;
    }
    return position(offset);
  };
}

function resolveAlias(node: Node | null, document: Document.Parsed): Node | null {
  return isAlias(node) ? (node.resolve(document) ?? null) : node;
}

function findChild(node: Node | null, item: PropertyKey): Child | null {
  if (isSeq(node)) return toChild(node.items[Number(item)], undefined);
  if (!isMap(node)) return null;
  const pair = node.items.find(({ key }) => isScalar(key) && key.value === item);
  return pair === undefined ? null : toChild(pair.value, pair.key);
}

function toChild(value: unknown, key: unknown): Child | null {
  const keyOffset = startOf(key);
  const valueOffset = startOf(value) ?? keyOffset;
  if (valueOffset === null) return null;
  return {
    value: isNode(value) ? value : null,
    // A value that is left out has no place of its own; its key has.
    valueOffset: isEmpty(value) ? (keyOffset ?? valueOffset) : valueOffset,
    keyOffset: keyOffset ?? valueOffset,
  };
}

function startOf(node: unknown): number | null {
  return isNode(node) ? (node.range?.[0] ?? null) : null;
}

function isEmpty(node: unknown): boolean {
  return isScalar(node) && node.value === null && node.range?.[0] === node.range?.[1];
}
