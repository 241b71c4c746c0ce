import type { Element, ElementContent, Nodes, Root, RootContent } from 'hast';

/** Calls `visit` for every element of a tree, parents first; what `visit` returns takes the element's place. */
export function replaceElements(tree: Root | Element, visit: (element: Element) => Element | null): void {
  const replaced: (RootContent | ElementContent)[] = tree.children.map((child) => {
    if (child.type !== 'element') return child;
    const replacement = visit(child);
    if (!replacement) replaceElements(child, visit);
    return replacement ?? child;
  });
  tree.children = replaced as typeof tree.children;
}

/** Every element of a tree in reading order. */
export function* elementsOf(tree: Nodes): Generator<Element> {
  if (!('children' in tree)) return;
  for (const child of tree.children) {
    if (child.type === 'element') yield child;
    yield* elementsOf(child);
  }
}

/** The words of a tree as they stand, without anything between them. */
export function wordsIn(node: Nodes): string {
  if (node.type === 'text') return node.value;
  return 'children' in node ? node.children.map(wordsIn).join('') : '';
}

const blocks = new Set(
  'article blockquote dd div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr li ol p pre section table tbody thead tr ul'.split(
    ' ',
  ),
);

/** Whether an element stands on lines of its own. */
export function isBlock(node: Nodes): boolean {
  return node.type === 'element' && blocks.has(node.tagName);
}
