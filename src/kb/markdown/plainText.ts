import type { Nodes, Root } from 'hast';
import { elementsOf, isBlock, wordsIn } from './tree.ts';
import { ID_PREFIX } from './schema.ts';

/** One line of an article's contents. */
export interface ContentsEntry {
  id: string;
  text: string;
  depth: 2 | 3;
}

/** The headings of the first two levels, in reading order. */
export function contentsOf(tree: Root): ContentsEntry[] {
  const entries: ContentsEntry[] = [];
  for (const { tagName, properties, children } of elementsOf(tree)) {
    if (tagName !== 'h2' && tagName !== 'h3') continue;
    const id = properties.id;
    if (typeof id !== 'string' || !id.startsWith(ID_PREFIX)) continue;
    const text = children.map(wordsIn).join('').trim();
    entries.push({ id, text, depth: tagName === 'h2' ? 2 : 3 });
  }
  return entries;
}

/** The article as plain text, a line for each block; table cells are parted by a space. */
export function plainText(tree: Root): string {
  const pieces: string[] = [];
  collect(tree, pieces);
  return pieces
    .join('')
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n[\n ]*/g, '\n')
    .trim();
}

function collect(node: Nodes, pieces: string[]): void {
  if (node.type === 'text') pieces.push(node.value.replaceAll('\n', ' '));
  if (node.type === 'element' && typeof node.properties.alt === 'string') pieces.push(node.properties.alt);
  if (!('children' in node)) return;
  const separate = isBlock(node);
  if (separate) pieces.push('\n');
  for (const child of node.children) collect(child, pieces);
  if (separate) pieces.push('\n');
  else if (node.type === 'element' && (node.tagName === 'td' || node.tagName === 'th')) pieces.push(' ');
}

const WORDS_A_MINUTE = 220;
const HAN_A_MINUTE = 450;

/** Minutes it takes to read a text aloud in one's head, at least 1. Han characters are counted each, other words whole. */
export function readingMinutes(text: string): number {
  const han = text.match(/\p{Script=Han}/gu)?.length ?? 0;
  const words = text.replace(/\p{Script=Han}/gu, ' ').match(/[\p{L}\p{N}]+/gu)?.length ?? 0;
  return Math.max(1, Math.round(words / WORDS_A_MINUTE + han / HAN_A_MINUTE));
}
