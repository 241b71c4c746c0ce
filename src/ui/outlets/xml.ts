import type { Element } from 'xast';
import { toXml } from 'xast-util-to-xml';
import { x } from 'xastscript';

/** What XML 1.0 cannot hold, however it is escaped. */
const unsayable = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

/** An element that holds text alone, escaped when it is written. */
export function textElement(name: string, text: string): Element {
  const [first = '', ...others] = text.replace(unsayable, '').split(']]>');
  // The serialiser leaves `]]>` as it is, which XML forbids in text.
  return x(name, [first, ...others.flatMap((other) => [']]', { type: 'cdata' as const, value: '>' }, other])]);
}

/** A whole document from its root element. */
export function xmlDocument(root: Element): string {
  return toXml([{ type: 'instruction', name: 'xml', value: 'version="1.0" encoding="UTF-8"' }, root]);
}
