import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** Between the titles of the blocks that a test stands in, and its own. */
const joint = ' › ';

/**
 * The full names of the tests in a file: the titles of its `describe` blocks and its own, as they
 * stand in the source, so that `%s` of a table and `${…}` of a template stay what they are.
 */
export function readTestNames(file: string): readonly string[] {
  const source = ts.createSourceFile(
    file,
    readFileSync(file, 'utf8'),
    ts.ScriptTarget.Latest,
    false,
  );
  const names: string[] = [];
  const visit = (node: ts.Node, blocks: readonly string[]): void => {
    const block = readBlock(node, source);
    const titles = block === null ? blocks : [...blocks, block.title];
    if (block !== null) names.push(titles.join(joint));
    ts.forEachChild(node, (child) => {
      visit(child, titles);
    });
  };
  visit(source, []);
  return names;
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
