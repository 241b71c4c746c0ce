/** The editor's buttons and their shortcuts. */
import { chosen, source, type, typeBlock } from './editorText.ts';

const bar = document.querySelector<HTMLElement>('.format');
const words = bar?.dataset.words ?? '';

const tools: Readonly<Record<string, () => void>> = {
  bold: () => around('**'),
  italic: () => around('*'),
  code: () => (chosen().includes('\n') ? fence() : around('`')),
  heading: () => eachLine((line) => `## ${line.replace(/^#+\s*/, '')}`),
  list: () => eachLine((line) => `- ${line.replace(/^(?:[-*]|\d+\.)\s+/, '')}`),
  steps: () =>
    eachLine((line, place) => `${place + 1}. **${line.replace(/^(?:[-*]|\d+\.)\s+|\*\*/g, '') || bar?.dataset.step}**`),
  table: () => {
    const column = bar?.dataset.column ?? '';
    typeBlock(`| ${column} | ${column} |\n| --- | --- |\n|  |  |`, 2, 2 + column.length);
  },
  info: () => callout('note'),
  caution: () => callout('caution'),
  danger: () => callout('danger'),
  link: () => openFold('link-picker', 'linkText'),
  image: () => openFold('picture-picker', 'pictureAlt'),
};

const shortcuts: Readonly<Record<string, string>> = {
  KeyB: 'bold',
  KeyI: 'italic',
  KeyK: 'link',
  KeyE: 'code',
  'Alt+Digit2': 'heading',
  'Shift+Digit8': 'list',
  'Shift+Digit7': 'steps',
};

bar?.addEventListener('click', (event) => {
  const button = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-format]') : null;
  if (button) tools[button.dataset.format ?? '']?.();
});

source?.addEventListener('keydown', (event) => {
  if (!(event.ctrlKey || event.metaKey)) return;
  const tool = shortcuts[`${event.altKey ? 'Alt+' : ''}${event.shiftKey ? 'Shift+' : ''}${event.code}`];
  if (tool === undefined) return;
  event.preventDefault();
  tools[tool]?.();
});

function around(mark: string): void {
  const text = chosen();
  const bare = text.length > 2 * mark.length && text.startsWith(mark) && text.endsWith(mark);
  if (bare) return type(text.slice(mark.length, -mark.length));
  const inner = text || words;
  type(mark + inner + mark, mark.length, mark.length + inner.length);
}

function fence(): void {
  typeBlock(`\`\`\`\n${chosen()}\n\`\`\``);
}

function callout(kind: string): void {
  const text = chosen() || `**${words}**`;
  typeBlock(`:::${kind}\n${text}\n:::`, kind.length + 4, kind.length + 4 + text.length);
}

/** Changes each line that is at least touched by what is chosen. */
function eachLine(change: (line: string, place: number) => string): void {
  if (!source) return;
  const { value, selectionStart, selectionEnd } = source;
  const begin = value.lastIndexOf('\n', selectionStart - 1) + 1;
  const stop = value.indexOf('\n', selectionEnd);
  source.setSelectionRange(begin, stop === -1 ? value.length : stop);
  type(chosen().split('\n').map(change).join('\n'));
}

function openFold(id: string, field: string): void {
  const fold = document.getElementById(id);
  if (fold instanceof HTMLDetailsElement) fold.open = true;
  const input = document.getElementById(field);
  if (!(input instanceof HTMLInputElement)) return;
  input.focus();
  input.dispatchEvent(new Event('input'));
}
