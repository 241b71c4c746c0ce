/** The editor's form and its text, for the scripts beside this one. */

export const form = document.querySelector<HTMLFormElement>('#article-form');
export const source = document.querySelector<HTMLTextAreaElement>('#article-form #source');

/** A field of the form by its name. */
export function valueOf(name: string): string {
  const field = form?.elements.namedItem(name);
  return field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement ? field.value : '';
}

/**
 * Puts text where the caret is, in the place of what is chosen, as if it were typed: it can be undone, and whoever
 * listens is told. What lies between `from` and `to` in it is chosen afterwards.
 */
export function type(text: string, from = text.length, to = from): void {
  if (!source) return;
  const start = source.selectionStart;
  source.focus();
  // No other way keeps the browser's own undo.
  const isTyped = document.execCommand('insertText', false, text);
  if (!isTyped) {
    source.setRangeText(text, start, source.selectionEnd, 'end');
    source.dispatchEvent(new Event('input', { bubbles: true }));
  }
  source.setSelectionRange(start + from, start + to);
}

/** Text of several lines, alone between blank lines. */
export function typeBlock(text: string, from = text.length, to = from): void {
  if (!source) return;
  const before = source.value.slice(0, source.selectionStart);
  const after = source.value.slice(source.selectionEnd);
  const lead = before === '' || before.endsWith('\n\n') ? '' : before.endsWith('\n') ? '\n' : '\n\n';
  const tail =
    after === '' || after.startsWith('\n\n') ? (after === '' ? '\n' : '') : after.startsWith('\n') ? '\n' : '\n\n';
  type(lead + text + tail, lead.length + from, lead.length + to);
}

/** What is chosen in the text. */
export function chosen(): string {
  return source ? source.value.slice(source.selectionStart, source.selectionEnd) : '';
}
