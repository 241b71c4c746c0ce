import type { Element, ElementContent, Root } from 'hast';
import { isBlock, replaceElements } from './tree.ts';

/** A page's only `h1` is its title, so an article's own headings begin at `h2`. */
export function lowerTopHeading(element: Element): void {
  if (element.tagName === 'h1') element.tagName = 'h2';
}

/** Steps in the look: a numbered list in which each item begins with the action in bold. */
export function dressSteps(list: Element): void {
  if (list.tagName !== 'ol') return;
  const items = list.children.filter((child): child is Element => child.type === 'element');
  if (items.length < 2 || !items.every(beginsBold)) return;
  list.properties.className = ['steps'];
  for (const item of items) item.children = inParagraphs(item.children);
}

function beginsBold(item: Element): boolean {
  const first = item.children.find((child) => child.type !== 'text' || child.value.trim() !== '');
  if (first?.type !== 'element') return false;
  return first.tagName === 'strong' || (first.tagName === 'p' && beginsBold(first));
}

/** A tight list has bare words in its items; the look wants paragraphs. */
function inParagraphs(children: ElementContent[]): ElementContent[] {
  const result: ElementContent[] = [];
  let open: Element | null = null;
  for (const child of children) {
    if (isBlock(child)) {
      open = null;
      result.push(child);
    } else if (open) {
      open.children.push(child);
    } else if (child.type !== 'text' || child.value.trim() !== '') {
      open = { type: 'element', tagName: 'p', properties: {}, children: [child] };
      result.push(open);
    }
  }
  return result;
}

/**
 * Wide tables scroll in a region of their own that the keyboard can reach; it is named after the heading above it, or
 * after the article. Columns aligned right hold numbers.
 */
export function wrapTables(tree: Root, title: string): void {
  let heading: string | null = null;
  replaceElements(tree, (element) => {
    if (/^h[2-6]$/.test(element.tagName) && typeof element.properties.id === 'string') heading = element.properties.id;
    if (element.tagName !== 'table') return null;
    dressCells(element);
    const name = heading ? { ariaLabelledBy: [heading] } : { ariaLabel: title };
    return {
      type: 'element',
      tagName: 'div',
      properties: { className: ['table-scroll'], role: 'region', tabIndex: 0, ...name },
      children: [element],
    };
  });
}

function dressCells(table: Element): void {
  replaceElements(table, (cell) => {
    if (cell.tagName === 'th') cell.properties.scope = 'col';
    if (cell.properties.align === 'right') cell.properties.className = ['is-number'];
    return null;
  });
}
