/** An article that may answer, as much of it as suggestions need. */
export interface Hit {
  title: string;
  /** Its path on this site. */
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
    const { locale, limit } = options;
    // Half a question is no question: `suggest` keeps it out of what customers are said to have asked.
    const query = new URLSearchParams({ q: question, locale, limit: String(limit), suggest: '1' });
    try {
      const answer = await fetch(`/api/v1/search?${query}`, { signal: mine.signal });
      const body: unknown = answer.ok ? await answer.json() : null;
      if (!mine.signal.aborted)
        show(
          hitsOf(body)
            .slice(0, limit)
            .map((hit) => ({ title: hit.title, url: pathOf(hit, locale) })),
        );
    } catch {
      // Typed on, or no network: the form itself still works.
    }
  }
}

interface Found {
  title: string;
  slug: string;
}

function hitsOf(body: unknown): Found[] {
  const hits = body !== null && typeof body === 'object' && 'hits' in body ? body.hits : null;
  return Array.isArray(hits) ? hits.filter(isFound) : [];
}

function isFound(hit: unknown): hit is Found {
  if (hit === null || typeof hit !== 'object' || !('title' in hit) || !('slug' in hit)) return false;
  return typeof hit.title === 'string' && typeof hit.slug === 'string';
}

/** Made here, on this site, whatever address the answer names: a link is never taken from anywhere else. */
function pathOf({ slug }: Found, locale: string): string {
  return `/${locale}/articles/${encodeURIComponent(slug)}`;
}
