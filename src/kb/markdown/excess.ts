/** Signs of emphasis, links, code and HTML in one run of text: beyond it, what they mean together takes long to find. */
const MOST_SIGNS = 1_200;
/** Characters in one run of text, the lines of a list among them. */
const LONGEST = 50_000;
/** How deep lists, quotes and callouts may lie within each other. */
const DEEPEST = 100;

const fence = /^[\s>]*(?:(?:[-*+]|\d{1,9}[.)])\s+)*(`{3,}|~{3,})/;
const containers = /^(?:\s*(?:>|[-*+](?=\s|$)|\d{1,9}[.)](?=\s|$)))+/;
const delimiterRow = /^[\s>]*\|?\s*:?-+:?\s*(?:\|\s*:?-*:?\s*)*$/;

/**
 * Refuses a source that was made, or went wrong, so that rendering it would hold everybody up: no reader could follow it
 * either. Looks at each line once.
 *
 * @throws RangeError with the line and what there is too much of.
 */
export function refuseExcess(source: string): void {
  let signs = 0;
  let length = 0;
  let callouts = 0;
  let isTable = false;
  let closing: string | null = null;
  let number = 0;
  for (const line of source.split('\n')) {
    number += 1;
    const opened = fence.exec(line)?.[1];
    if (closing !== null) {
      if (opened?.startsWith(closing)) closing = null;
      continue;
    }
    if (opened !== undefined) {
      [closing, signs, length] = [opened, 0, 0];
      continue;
    }
    if (/^\s*:::+\s*[a-z]/i.test(line)) callouts += 1;
    else if (/^\s*:::+\s*$/.test(line)) callouts = Math.max(0, callouts - 1);
    if (Math.max(callouts, depthOf(line)) > DEEPEST) {
      throw new RangeError(`Line ${number}: more than ${DEEPEST} lists, quotes or callouts lie within each other.`);
    }
    const isBlank = line.trim() === '';
    isTable = !isBlank && (isTable || (delimiterRow.test(line) && line.includes('|')));
    // Each row of a table stands by itself, as each paragraph does.
    if (isBlank || isTable) [signs, length] = [0, 0];
    signs += signsIn(line);
    length += line.length;
    if (length > LONGEST)
      throw new RangeError(`Line ${number}: more than ${LONGEST} characters without an empty line.`);
    if (signs > MOST_SIGNS) {
      throw new RangeError(
        `Line ${number}: more than ${MOST_SIGNS} signs of emphasis, links or code in one paragraph.`,
      );
    }
  }
}

function depthOf(line: string): number {
  const markers = containers.exec(line)?.[0];
  if (markers === undefined) return 0;
  const indent = line.length - line.trimStart().length;
  return markers.replace(/[\s\d]/g, '').length + Math.floor(indent / 2);
}

function signsIn(line: string): number {
  let count = 0;
  for (let at = 0; at < line.length; at += 1) if ('*_~`[<&'.includes(line.charAt(at))) count += 1;
  return count;
}
