/** What an SVG file says of itself, or why it is none that we take. */
export type SvgReading = { width: number; height: number } | { fault: SvgFault };

/**
 * `broken`: no well-formed SVG. `unsafe`: it holds what could run or ask others: scripts, handlers, foreign content,
 * references that lead out of the file. `unsized`: neither `width` and `height` nor a `viewBox`.
 */
export type SvgFault = 'broken' | 'unsafe' | 'unsized';

/** What may stand in XML, one piece at a time. A document type could define entities, so there may be none. */
const piece =
  /<!--(?:(?!--)[^])*-->|<!\[CDATA\[[^]*?\]\]>|<\?xml\s(?:[^?]|\?(?!>))*\?>|<\/([\w:.-]+)\s*>|<([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|[^<]+/y;
const attribute = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

const forbidden = new Set(['script', 'foreignobject', 'iframe', 'object', 'embed', 'audio', 'video', 'handler']);
const outside = /url\(\s*["']?(?!#)|@import|expression\(|javascript:/i;

/**
 * Reads an SVG file: that it is well-formed, that nothing in it could run or ask others, and how large it is. It is
 * served in a sandbox all the same.
 */
export function readSvg(bytes: Uint8Array): SvgReading {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { fault: 'broken' };
  }
  const open: string[] = [];
  let root: Map<string, string> | null = null;
  piece.lastIndex = 0;
  for (const end = text.length; piece.lastIndex < end;) {
    const at = piece.lastIndex;
    const match = piece.exec(text);
    if (!match || (match[0].startsWith('<?') && at > 0)) return { fault: 'broken' };
    const [whole, closing, opening, written = '', empty] = match;
    if (closing !== undefined) {
      if (open.pop() !== closing) return { fault: 'broken' };
    } else if (opening !== undefined) {
      const attributes = attributesOf(written);
      if (open.length === 0 && (root !== null || opening !== 'svg')) return { fault: 'broken' };
      root ??= attributes;
      if (isUnsafe(opening, attributes)) return { fault: 'unsafe' };
      if (!empty) open.push(opening);
    } else if (open.length === 0 ? !whole.startsWith('<') && whole.trim() !== '' : styleIsUnsafe(open, whole)) {
      return { fault: open.length === 0 ? 'broken' : 'unsafe' };
    }
  }
  if (open.length > 0 || root?.get('xmlns') !== 'http://www.w3.org/2000/svg') return { fault: 'broken' };
  return sizeOf(root) ?? { fault: 'unsized' };
}

function attributesOf(written: string): Map<string, string> {
  return new Map(
    [...written.matchAll(attribute)].map(([, name = '', double, single]) => [name, double ?? single ?? '']),
  );
}

function isUnsafe(element: string, attributes: Map<string, string>): boolean {
  if (forbidden.has(element.replace(/^.*:/, '').toLowerCase())) return true;
  for (const [name, written] of attributes) {
    const value = written.replace(/&#x?[\da-f]+;/gi, 'javascript:'); // nobody writes an address in numbers honestly
    if (/^on/i.test(name)) return true;
    if (/(?:^|:)href$/i.test(name) && !/^(?:#|data:image\/(?:png|jpeg|webp|gif)[;,])/i.test(value)) return true;
    if (name !== 'xmlns' && !name.startsWith('xmlns:') && outside.test(value)) return true;
  }
  return false;
}

function styleIsUnsafe(open: readonly string[], text: string): boolean {
  return /(?:^|:)style$/i.test(open.at(-1) ?? '') && outside.test(text);
}

function sizeOf(root: Map<string, string>): { width: number; height: number } | null {
  const [width, height] = [lengthOf(root.get('width')), lengthOf(root.get('height'))];
  const box = (root.get('viewBox') ?? '')
    .trim()
    .split(/[\s,]+/)
    .map(Number);
  const [, , boxWidth = NaN, boxHeight = NaN] = box;
  const hasBox = box.length === 4 && boxWidth > 0 && boxHeight > 0;
  if (width && height) return { width, height };
  if (!hasBox) return null;
  if (width) return { width, height: Math.max(1, Math.round((width * boxHeight) / boxWidth)) };
  if (height) return { width: Math.max(1, Math.round((height * boxWidth) / boxHeight)), height };
  return { width: Math.max(1, Math.round(boxWidth)), height: Math.max(1, Math.round(boxHeight)) };
}

/** A length in pixels; null for percentages and what else depends on where it stands. */
function lengthOf(written: string | undefined): number | null {
  const found = /^\s*(\d+(?:\.\d+)?)(?:px)?\s*$/.exec(written ?? '')?.[1];
  return found === undefined || Number(found) === 0 ? null : Math.max(1, Math.round(Number(found)));
}
