/** A hit of `/api/v1/search`, as much of it as suggestions need. */
export interface Hit {
  title: string;
  url: string;
}

/**
 * Asks for articles while somebody types: after a pause, and only the last question counts. Failing is silent, since
 * suggestions are a courtesy.
 */
export function lookUpWhileTyping(
  field: HTMLInputElement,
  options: { locale: string; limit: number; pause: number },
  show: (hits: readonly Hit[]) => void,
): void {
  let timer = 0;
  let running: AbortController | null = null;
  field.addEventListener('input', (event) => {
    clearTimeout(timer);
    running?.abort();
    const question = field.value.trim();
    if (question.length < 2) return show([]);
    // Half a pinyin syllable is no question yet; the event after it is.
    if (event instanceof InputEvent && event.isComposing) return;
    timer = window.setTimeout(() => void ask(question), options.pause);
  });
  field.addEventListener('compositionend', () => field.dispatchEvent(new Event('input')));

  async function ask(question: string): Promise<void> {
    const mine = (running = new AbortController());
    const query = new URLSearchParams({ q: question, locale: options.locale, limit: String(options.limit) });
    try {
      const answer = await fetch(`/api/v1/search?${query}`, { signal: mine.signal });
      const body: unknown = answer.ok ? await answer.json() : null;
      if (!mine.signal.aborted) show(hitsOf(body).slice(0, options.limit));
    } catch {
      // Typed on, or no network: the form itself still works.
    }
  }
}

function hitsOf(body: unknown): Hit[] {
  const hits = body !== null && typeof body === 'object' && 'hits' in body ? body.hits : null;
  return Array.isArray(hits) ? hits.filter(isHit) : [];
}

/** Only paths of this site: a link is never made from anything else. */
function isHit(hit: unknown): hit is Hit {
  if (hit === null || typeof hit !== 'object' || !('title' in hit) || !('url' in hit)) return false;
  return typeof hit.title === 'string' && typeof hit.url === 'string' && /^\/(?!\/)/.test(hit.url);
}
