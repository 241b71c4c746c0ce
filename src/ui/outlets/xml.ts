import type { Element } from 'xast';
import { toXml } from 'xast-util-to-xml';
import { x } from 'xastscript';

/** What XML 1.0 cannot hold, however it is escaped. */
const unsayable = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

/** An element whose only child is text, escaped when it is written. */
export function textElement(name: string, text: string, attributes: Record<string, string> = {}): Element {
  return x(name, attributes, [text.replace(unsayable, '')]);
}

/** A whole document from its root element. */
export function xmlDocument(root: Element): string {
  return toXml([{ type: 'instruction', name: 'xml', value: 'version="1.0" encoding="UTF-8"' }, root]);
}
