/** Articles that may answer a question while it is written; never in the way of sending it. */
import { lookUpWhileTyping, type Hit } from './lookup.ts';

for (const box of document.querySelectorAll<HTMLElement>('[data-suggest-for]')) {
  const field = document.getElementById(box.dataset.suggestFor ?? '');
  const list = box.querySelector('ul');
  if (!(field instanceof HTMLInputElement) || !list) continue;
  // The plain way is not needed any more; left hidden, it would still be what Enter presses.
  document.querySelector('[data-suggest-ask]')?.remove();
  lookUpWhileTyping(field, { locale: box.dataset.locale ?? 'en', limit: 3, pause: 400 }, (hits) => {
    list.replaceChildren(...hits.map((hit) => row(hit, box.dataset)));
    box.hidden = hits.length === 0;
  });
}

function row(hit: Hit, { newTab = '', inquiry }: DOMStringMap): HTMLElement {
  const entry = document.createElement('li');
  const link = document.createElement('a');
  link.href = inquiry ? `${hit.url}?${new URLSearchParams({ inquiry })}` : hit.url;
  link.target = '_blank';
  const title = document.createElement('span');
  const note = document.createElement('span');
  note.className = 'visually-hidden';
  note.textContent = ` ${newTab}`;
  title.append(hit.title, note);
  link.append(title);
  entry.append(link);
  return entry;
}
