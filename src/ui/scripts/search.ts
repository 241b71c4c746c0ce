/** Suggestions below a search field: an ARIA combobox over the plain form, which works without it. */
import { lookUpWhileTyping, type Hit } from './lookup.ts';

for (const field of document.querySelectorAll<HTMLInputElement>('input[data-suggest]')) enhance(field);

function enhance(field: HTMLInputElement): void {
  const { suggest = 'en', suggestLimit = '5', suggestLabel = '', suggestCounts = '[]' } = field.dataset;
  const counts = JSON.parse(suggestCounts) as string[];
  const list = document.createElement('div');
  list.id = `${field.id}-list`;
  list.className = 'search-list';
  list.role = 'listbox';
  list.ariaLabel = suggestLabel;
  list.hidden = true;
  const said = document.createElement('span');
  said.className = 'visually-hidden';
  said.role = 'status';
  field.form?.append(list, said);
  field.role = 'combobox';
  field.setAttribute('aria-autocomplete', 'list');
  field.setAttribute('aria-controls', list.id);
  const inquiry = field.form?.querySelector<HTMLInputElement>('input[name="inquiry"]')?.value;
  let chosen = -1;

  const options = (): HTMLElement[] => [...list.querySelectorAll<HTMLElement>('[role="option"]')];
  const choose = (place: number): void => {
    chosen = place;
    options().forEach((option, at) => (option.ariaSelected = String(at === place)));
    const id = options()[place]?.id;
    if (id) field.setAttribute('aria-activedescendant', id);
    else field.removeAttribute('aria-activedescendant');
  };
  const open = (yes: boolean): void => {
    list.hidden = !yes;
    field.ariaExpanded = String(yes);
    if (!yes) choose(-1);
  };
  const show = (hits: readonly Hit[]): void => {
    list.replaceChildren(...hits.map((hit, at) => row(hit, `${list.id}-${at}`, { q: field.value.trim(), inquiry })));
    open(hits.length > 0);
    said.textContent = field.value.trim() === '' ? '' : (counts[hits.length] ?? '');
  };

  open(false);
  lookUpWhileTyping(field, { locale: suggest, limit: Number(suggestLimit), pause: 180 }, show);
  field.addEventListener('keydown', (event) => {
    const rows = options();
    if (event.key === 'Escape' && !list.hidden) open(false);
    else if (event.key === 'ArrowDown' && rows.length > 0) choose(list.hidden ? 0 : (chosen + 1) % rows.length);
    else if (event.key === 'ArrowUp' && rows.length > 0) choose((chosen <= 0 ? rows.length : chosen) - 1);
    else if (event.key === 'Enter' && chosen >= 0) rows[chosen]?.click();
    else return;
    if (event.key.startsWith('Arrow')) list.hidden = false;
    field.ariaExpanded = String(!list.hidden);
    event.preventDefault();
  });
  field.form?.addEventListener('focusout', (event) => {
    if (!field.form?.contains(event.relatedTarget as Node | null)) open(false);
  });
}

/** `from`: the question and its inquiry, which go on with whatever is opened. */
function row(hit: Hit, id: string, from: { q: string; inquiry: string | undefined }): HTMLElement {
  // A link that is the option itself: one inside an option would be a control within a control.
  const option = document.createElement('a');
  const { q, inquiry } = from;
  option.href = `${hit.url}?${new URLSearchParams({ q, ...(inquiry && { inquiry }) })}`;
  option.role = 'option';
  option.id = id;
  option.ariaSelected = 'false';
  option.tabIndex = -1;
  option.textContent = hit.title;
  return option;
}
