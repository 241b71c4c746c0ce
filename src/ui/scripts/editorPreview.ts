/** Shows while somebody writes what readers will get; the page's own renderer makes it. */
import { form, source, valueOf } from './editorText.ts';

const PAUSE_MS = 300;
const body = document.getElementById('preview-body');
if (form && source && body) showWhileTyping(form, body);

function showWhileTyping(form: HTMLFormElement, body: HTMLElement): void {
  let timer = 0;
  let running: AbortController | null = null;
  form.addEventListener('input', ({ target }) => {
    if (!(target instanceof HTMLElement)) return;
    if (target.id === 'title') put('preview-title', valueOf('title'));
    if (target.id === 'summary') put('preview-summary', valueOf('summary'));
    if (target.id !== 'source') return;
    clearTimeout(timer);
    timer = window.setTimeout(() => void render(), PAUSE_MS);
  });

  async function render(): Promise<void> {
    running?.abort();
    const mine = (running = new AbortController());
    const locale = document.getElementById('linkText')?.dataset.locale ?? '';
    const asked = new URLSearchParams({ locale, title: valueOf('title'), source: valueOf('source') });
    try {
      const answer = await fetch('/api/staff/preview', { method: 'POST', body: asked, signal: mine.signal });
      if (!answer.ok || mine.signal.aborted) return;
      const { html, notes } = (await answer.json()) as { html: string; notes: string[] };
      // Sanitised by the renderer, the same as in the page that readers get.
      body.innerHTML = html;
      list(notes);
    } catch {
      // Typed on, or no network: the last one stays.
    }
  }
}

function put(id: string, text: string): void {
  const place = document.getElementById(id);
  if (place) place.textContent = text;
}

function list(notes: readonly string[]): void {
  const place = document.getElementById('notes');
  if (place) place.hidden = notes.length === 0;
  document.getElementById('notes-list')?.replaceChildren(
    ...notes.map((note) => {
      const item = document.createElement('li');
      item.textContent = note;
      return item;
    }),
  );
}
