import lunr from 'lunr';
import {
  indexWords,
  questionWords,
  SLIP_LENGTH,
  type EngineHit,
  type EngineQuestion,
  type SearchDocument,
} from '../../engine.ts';

/** How much a word counts by where it stands. */
const fields = { title: 8, keywords: 5, summary: 4, headings: 3, text: 1 } as const;

/** How much a match counts by how sure it is. */
const boosts = { exact: 10, beginning: 3, slip: 2 } as const;

/** Building pauses after so many milliseconds to let searches through. */
const SLICE_MS = 10;

/** The finished index of one locale. It never changes; a change makes a new one. */
export interface LocaleIndex {
  search(question: EngineQuestion): EngineHit[];
}

/**
 * Builds the index of one locale's documents, in slices, with a pause after each; only lunr's last step, which weighs
 * the words, is one piece.
 *
 * lunr's own pipeline is left out: its trimmer strips Chinese, and its query parser throws on what people type. Words
 * are cut by our own analysis, and queries are put together term by term.
 */
export async function buildLocaleIndex(
  documents: Iterable<SearchDocument>,
  pause: () => Promise<void>,
): Promise<LocaleIndex> {
  const builder = new lunr.Builder();
  builder.ref('id');
  for (const [name, boost] of Object.entries(fields)) builder.field(name, { boost });
  builder.tokenizer = ((text: string) =>
    indexWords(text).map(({ term }) => new lunr.Token(term, {}))) as typeof lunr.tokenizer;
  const audiences = new Map<string, SearchDocument['audience']>();
  let sliceEnds = performance.now() + SLICE_MS;
  for (const document of documents) {
    builder.add({ ...document, keywords: document.keywords.join('\n'), headings: document.headings.join('\n') });
    audiences.set(document.id, document.audience);
    if (performance.now() > sliceEnds) {
      await pause();
      sliceEnds = performance.now() + SLICE_MS;
    }
  }
  if (audiences.size === 0) return { search: () => [] };
  const index = builder.build();
  return {
    search: (question) =>
      ask(index, question)
        .filter(({ id }) => question.audiences.includes(audiences.get(id) ?? 'staff'))
        .slice(0, question.limit),
  };
}

function ask(index: lunr.Index, { text, prefix }: EngineQuestion): EngineHit[] {
  const words = questionWords(text);
  if (words.length === 0) return [];
  const hits = index.query((query) => {
    const add = (term: string, options: { boost: number; wildcard?: lunr.Query.wildcard; editDistance?: number }) =>
      query.term(term, { usePipeline: false, ...options });
    for (const [place, word] of words.entries()) {
      add(word.term, { boost: boosts.exact });
      if (word.han) continue;
      if (prefix && place === words.length - 1)
        add(word.whole, { boost: boosts.beginning, wildcard: lunr.Query.wildcard.TRAILING });
      if (word.whole.length >= SLIP_LENGTH && /^\p{L}+$/u.test(word.whole))
        add(word.term, { boost: boosts.slip, editDistance: 1 });
    }
  });
  return hits.map(({ ref, score }) => ({ id: ref, score })).filter(({ score }) => score > 0);
}
