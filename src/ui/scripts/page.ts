/** On every page: `/` focuses the search field or leads to it, and a form is sent once however often its button is pressed. */

document.addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
  const target = event.target;
  if (target instanceof HTMLElement && (target.isContentEditable || target.closest('input, textarea, select'))) return;
  const field = document.querySelector<HTMLInputElement>('.search-field input[name="q"]');
  const way = document.querySelector<HTMLAnchorElement>('.site-tools a[href$="/search"]');
  if (!field && !way) return;
  event.preventDefault();
  if (!field) return way?.click();
  field.focus();
  field.select();
});

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.hasAttribute('data-once')) return;
  if (form.dataset.sent) event.preventDefault();
  else form.dataset.sent = 'yes';
  // The button keeps its name and value: a disabled one would not be sent.
  for (const button of form.querySelectorAll('button')) button.setAttribute('aria-disabled', 'true');
});

// Back from the next page, out of the browser's memory: the form may be sent again.
window.addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-sent]')) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll('button')) button.removeAttribute('aria-disabled');
  }
});
