/** On an order's page: asks once a minute whether something changed, and shows it in place; what was unfolded stays so. */

const EVERY_MS = 60_000;
let timer: number | undefined;

async function look(): Promise<void> {
  const shown = document.querySelector<HTMLElement>('#order');
  const etag = shown?.dataset.etag;
  if (!shown || etag === undefined || document.visibilityState !== 'visible') return;
  const answer = await fetch(location.href, { headers: { 'if-none-match': etag }, cache: 'no-store' });
  if (answer.status !== 200 || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector<HTMLElement>('#order');
  // Somebody is in the middle of it: it comes with the next look.
  if (!fresh || shown.contains(document.activeElement)) return;
  const open = [...shown.querySelectorAll('details')].map((fold) => fold.open);
  fresh.querySelectorAll('details').forEach((fold, place) => {
    fold.open = open[place] ?? false;
  });
  shown.replaceWith(fresh);
  const said = document.querySelector('#order-changed');
  if (said) said.textContent = fresh.dataset.changed ?? '';
}

function again(): void {
  window.clearInterval(timer);
  timer = window.setInterval(() => {
    // Without a network the page stays as it is.
    look().catch(() => undefined);
  }, EVERY_MS);
}

again();
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState !== 'visible') return;
  look().catch(() => undefined);
  again();
});
