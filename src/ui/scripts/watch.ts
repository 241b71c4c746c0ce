/** Looks again at what is under way, in place of the person, until it is done; then the page is loaded anew. */
const AGAIN_MS = 1_500;

const watched = document.querySelector('[data-watch]');
if (watched) window.setTimeout(() => void lookAgain(watched), AGAIN_MS);

async function lookAgain(shown: Element): Promise<void> {
  const answer = await fetch(location.href).catch(() => null);
  const text = answer?.ok ? await answer.text() : null;
  const fresh = text && new DOMParser().parseFromString(text, 'text/html').querySelector('[data-watch]');
  if (text && !fresh) return location.reload();
  if (fresh) shown.replaceChildren(...fresh.childNodes);
  window.setTimeout(() => void lookAgain(shown), AGAIN_MS);
}
