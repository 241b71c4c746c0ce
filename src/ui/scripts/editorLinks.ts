/** Finds articles while somebody types, and puts a link to the one that is chosen into the text. */
import { chosen, type } from './editorText.ts';

interface Target {
  title: string;
  slug: string;
  href: string;
  isPublished: boolean;
}

const PAUSE_MS = 200;
const field = document.querySelector<HTMLInputElement>('#linkText');
const list = document.getElementById('link-results');
if (field && list) pickLinks(field, list);

function pickLinks(field: HTMLInputElement, list: HTMLElement): void {
  let timer = 0;
  let running: AbortController | null = null;
  field.addEventListener('input', () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void find(), PAUSE_MS);
  });
  field.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') close();
    if (event.key !== 'Enter' || event.isComposing) return;
    // Not the form: the first that was found.
    event.preventDefault();
    list.querySelector('button')?.click();
  });

  async function find(): Promise<void> {
    running?.abort();
    const mine = (running = new AbortController());
    const query = new URLSearchParams({ locale: field.dataset.locale ?? '', q: field.value });
    try {
      const answer = await fetch(`/api/staff/links?${query}`, { signal: mine.signal });
      if (!answer.ok || mine.signal.aborted) return;
      const { targets } = (await answer.json()) as { targets: Target[] };
      list.replaceChildren(...(targets.length > 0 ? targets.map(row) : [nothing()]));
    } catch {
      // Typed on, or no network: the list stays.
    }
  }

  function row(target: Target): HTMLElement {
    const item = document.createElement('li');
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'button button-plain';
    button.textContent = target.title || target.slug;
    button.addEventListener('click', () => {
      const words = chosen() || target.title || target.slug;
      close();
      type(`[${words.replaceAll(/[[\]\\]/g, String.raw`\$&`)}](${target.href})`);
    });
    item.append(button);
    if (!target.isPublished) item.append(note(field.dataset.unpublished));
    return item;
  }

  function nothing(): HTMLElement {
    const item = document.createElement('li');
    item.append(note(field.dataset.none));
    return item;
  }

  function close(): void {
    const fold = field.closest('details');
    if (fold) fold.open = false;
    document.getElementById('source')?.focus();
  }
}

function note(text: string | undefined): HTMLElement {
  const said = document.createElement('span');
  said.className = 'note';
  said.textContent = text ?? '';
  return said;
}
