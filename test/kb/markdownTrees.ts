import type { Element, Nodes, Root } from 'hast';
import type { Page } from 'playwright-core';

/** A tree as a browser reads it from HTML, in the shape that the renderer's plugins work on. */
export async function parseInBrowser(page: Page, pages: readonly string[]): Promise<Root[]> {
  return page.evaluate(
    (documents: string[]) => {
      interface Node {
        type: string;
        tagName?: string;
        properties?: Record<string, string | string[]>;
        children?: Node[];
        value?: string;
      }
      const nodeOf = (node: ChildNode): Node[] => {
        if (node.nodeType === 3) return [{ type: 'text', value: node.nodeValue ?? '' }];
        if (!(node instanceof Element)) return [];
        const properties: Record<string, string | string[]> = {};
        for (const { name, value } of node.attributes) {
          if (name === 'class') properties['className'] = [...node.classList];
          else if (name === 'tabindex') properties['tabIndex'] = value;
          else properties[name] = value;
        }
        const children = [...node.childNodes].flatMap(nodeOf);
        // An article's headings begin at the second level.
        const tagName = node.tagName === 'H1' ? 'h2' : node.tagName.toLowerCase();
        return [{ type: 'element', tagName, properties, children }];
      };
      return documents.map((html) => ({
        type: 'root',
        children: [
          ...new DOMParser().parseFromString(`<!doctype html><body>${html}`, 'text/html').body.childNodes,
        ].flatMap(nodeOf),
      })) as never;
    },
    [...pages],
  ) as Promise<Root[]>;
}

/**
 * A tree without what our look adds to what Markdown means, and without the spaces between blocks: the same is done to
 * both sides of a comparison. Ids are ours, links out say so, code is coloured, what scrolls can be reached by keyboard,
 * a picture is its description.
 */
export function bare(tree: Root): unknown {
  return childrenOf(tree, false);
}

const blocks = /^(?:h[1-6]|p|ul|ol|li|blockquote|pre|hr|table|thead|tbody|tr|td|th|div|section)$/;

function childrenOf(parent: Root | Element, exact: boolean): unknown[] {
  const result: unknown[] = [];
  const add = (node: unknown) => {
    const last = result.at(-1);
    if (typeof node === 'string' && typeof last === 'string') result[result.length - 1] = last + node;
    else result.push(node);
  };
  for (const child of parent.children as Nodes[]) {
    if (child.type === 'text') add(exact ? child.value : child.value.replace(/\s+/g, ' '));
    if (child.type !== 'element') continue;
    if (isDressing(child)) childrenOf(child, exact).forEach(add);
    else add(elementOf(child, exact));
  }
  return exact ? result : result.map((node, at) => trimmed(node, at, result)).filter((node) => node !== '');
}

/** Elements that only carry the look. */
function isDressing({ tagName, properties }: Element): boolean {
  const classes = properties.className;
  return tagName === 'span' || (Array.isArray(classes) && classes.includes('table-scroll'));
}

function elementOf(element: Element, exact: boolean): unknown {
  if (element.tagName === 'img') return typeof element.properties.alt === 'string' ? element.properties.alt : '';
  const { tagName } = element;
  const { id: _, rel: __, tabIndex: ___, scope: ____, className, ...properties } = element.properties;
  if (tagName === 'input') delete properties['aria-label'];
  if (tagName === 'code' && className !== undefined) properties.className = className;
  return { tagName, properties: sorted(properties), children: childrenOf(element, exact || tagName === 'pre') };
}

function sorted(properties: Element['properties']): [string, unknown][] {
  return Object.entries(properties)
    .filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0))
    .map(([name, value]): [string, unknown] => [name, Array.isArray(value) ? value.join(' ') : String(value)])
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** Spaces at the edges of a block's content mean nothing. */
function trimmed(node: unknown, at: number, all: readonly unknown[]): unknown {
  if (typeof node !== 'string') return node;
  const start = at === 0 || isBlock(all[at - 1]);
  const end = at === all.length - 1 || isBlock(all[at + 1]);
  return node.replace(start ? /^ +/ : /^(?!)/, '').replace(end ? / +$/ : /(?!)$/, '');
}

function isBlock(node: unknown): boolean {
  return typeof node === 'object' && node !== null && 'tagName' in node && blocks.test(String(node.tagName));
}
