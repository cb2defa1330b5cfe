import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

/** Between the titles of the blocks that a test stands in, and its own. */
const joint = ' › ';

/**
 * The full names of the tests in a file, and of its `describe` blocks that have any: the titles of the
 * blocks around it and its own, as they stand in the source, so that `%s` of a table and `${…}` of a
 * template stay what they are. A block without a test proves nothing and is not listed.
 */
export function readTestNames(file: string): readonly string[] {
  const source = parse(file);
  const testers = new Set([...listTesters(source), ...listImports(source).flatMap(testersOf)]);
  return listNames(source, { source, testers }, []);

  function testersOf(path: string): readonly string[] {
    return listTesters(parse(join(dirname(file), path)));
  }
}

interface Place {
  readonly source: ts.SourceFile;
  /** Functions that write tests for whoever calls them. */
  readonly testers: ReadonlySet<string>;
}

function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, false);
}

/** Names of this node and of all below it, its own first. */
function listNames(node: ts.Node, place: Place, around: readonly string[]): readonly string[] {
  const block = readBlock(node, place.source);
  const titles = block === null ? around : [...around, block.title];
  const below = childrenOf(node).flatMap((child) => listNames(child, place, titles));
  const counts =
    block?.kind === 'it' ||
    (block?.kind === 'describe' && (below.length > 0 || callsOneOf(place.testers, node)));
  return counts ? [titles.join(joint), ...below] : below;
}

function childrenOf(node: ts.Node): readonly ts.Node[] {
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => {
    children.push(child);
  });
  return children;
}

function callsOneOf(names: ReadonlySet<string>, node: ts.Node): boolean {
  const isCall =
    ts.isCallExpression(node) &&
    ts.isIdentifier(node.expression) &&
    names.has(node.expression.text);
  return isCall || childrenOf(node).some((child) => callsOneOf(names, child));
}

/** Functions at the top of a file that have tests in them. */
function listTesters(source: ts.SourceFile): readonly string[] {
  const place = { source, testers: new Set<string>() };
  return source.statements.flatMap((statement) =>
    ts.isFunctionDeclaration(statement) && listNames(statement, place, []).length > 0
      ? [statement.name?.text ?? '']
      : [],
  );
}

/** Files beside this one that it imports from. */
function listImports(source: ts.SourceFile): readonly string[] {
  return source.statements.flatMap((statement) =>
    ts.isImportDeclaration(statement) &&
    ts.isStringLiteral(statement.moduleSpecifier) &&
    statement.moduleSpecifier.text.startsWith('./')
      ? [statement.moduleSpecifier.text]
      : [],
  );
}

/** Whether a name, with or without the blocks around it, is that of this test. */
export function isNameOf(name: string, fullName: string): boolean {
  return fullName === name || fullName.endsWith(`${joint}${name}`);
}

interface Block {
  readonly kind: 'describe' | 'it';
  readonly title: string;
}

/** `it('title', …)`, `describe.each([…])('title', …)` and the like; null for any other node. */
function readBlock(node: ts.Node, source: ts.SourceFile): Block | null {
  if (!ts.isCallExpression(node)) return null;
  const kind = readKind(node.expression);
  const [title] = node.arguments;
  if (kind === null || title === undefined || !ts.isStringLiteralLike(title)) {
    return kind !== null && title !== undefined && ts.isTemplateExpression(title)
      ? { kind, title: title.getText(source).slice(1, -1) }
      : null;
  }
  return { kind, title: title.text };
}

function readKind(callee: ts.Expression): Block['kind'] | null {
  if (ts.isIdentifier(callee)) {
    const name = callee.text === 'test' ? 'it' : callee.text;
    return name === 'it' || name === 'describe' ? name : null;
  }
  // `it.each(table)` is called once more, with the title.
  if (!ts.isCallExpression(callee) || !ts.isPropertyAccessExpression(callee.expression))
    return null;
  const { expression, name } = callee.expression;
  return name.text === 'each' ? readKind(expression) : null;
}
