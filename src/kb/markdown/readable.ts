import type { Nodes } from 'mdast';
import { remark } from 'remark';
import remarkDirective from 'remark-directive';
import remarkGfm from 'remark-gfm';

/** Only where one of these stands can anything be hidden; most articles need not be read again. */
const maybeHidden = /<[!/?a-z]|^[^\n[]*\[[^\]]+\]:/im;

/**
 * An article's Markdown without what its readers do not get to see: HTML with its comments, and definitions that nothing
 * refers to, which is how Markdown itself keeps a remark. All else stays byte for byte.
 */
export function readableSource(source: string): string {
  if (!maybeHidden.test(source)) return source;
  const tree = remark().use(remarkGfm).use(remarkDirective).parse(source);
  const hidden = hiddenIn(tree, referencesIn(tree));
  let rest = '';
  let from = 0;
  for (const { start, end } of hidden) {
    rest += source.slice(from, start);
    from = end;
  }
  return rest + source.slice(from);
}

function* nodesIn(node: Nodes): Generator<Nodes> {
  yield node;
  if ('children' in node) for (const child of node.children) yield* nodesIn(child);
}

/** Notes have names of their own: `[^a]` does not refer to `[a]`. */
function nameOf(node: { identifier: string; type: string }): string {
  return `${node.type.startsWith('footnote') ? '^' : ''}${node.identifier}`;
}

function referencesIn(tree: Nodes): Set<string> {
  const names = new Set<string>();
  for (const node of nodesIn(tree)) {
    if (node.type === 'linkReference' || node.type === 'imageReference' || node.type === 'footnoteReference')
      names.add(nameOf(node));
  }
  return names;
}

/** Where hidden pieces begin and end, in the order of the text; none lies in another. */
function hiddenIn(tree: Nodes, referred: Set<string>): { start: number; end: number }[] {
  const pieces: { start: number; end: number }[] = [];
  const awaited = new Set(referred);
  for (const node of nodesIn(tree)) {
    const isDefinition = node.type === 'definition' || node.type === 'footnoteDefinition';
    // Of several definitions the first one counts.
    if (node.type !== 'html' && !(isDefinition && !awaited.delete(nameOf(node)))) continue;
    const start = node.position?.start.offset ?? 0;
    const end = node.position?.end.offset ?? 0;
    if (start >= (pieces.at(-1)?.end ?? 0)) pieces.push({ start, end });
  }
  return pieces;
}
