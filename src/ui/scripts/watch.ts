/** Looks again at what is under way, in place of the person, until it is done; then the page is loaded anew. */
const AGAIN_MS = 1_500;

const watched = document.querySelector('[data-watch]');
if (watched) window.setTimeout(() => void look(watched), AGAIN_MS);

async function look(shown: Element): Promise<void> {
  const answer = await fetch(location.href).catch(() => null);
  const text = answer?.ok ? await answer.text() : null;
  const fresh = text && new DOMParser().parseFromString(text, 'text/html').querySelector('[data-watch]');
  if (text && !fresh) return location.reload();
  if (fresh) shown.replaceChildren(...fresh.childNodes);
  window.setTimeout(() => void look(shown), AGAIN_MS);
}
