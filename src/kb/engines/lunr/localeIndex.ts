import lunr from 'lunr';
import {
  indexWords,
  questionWords,
  SLIP_LENGTH,
  type EngineHit,
  type EngineQuestion,
  type SearchDocument,
  type Word,
} from '../../engine.ts';

/** How much a word counts by where it stands. */
const fields = { title: 8, keywords: 5, summary: 4, headings: 3, text: 1 } as const;

/** How much a match counts by how sure it is. */
const boosts = { exact: 10, beginning: 3, slip: 2 } as const;

/** Building pauses after so many milliseconds to let searches through. */
const SLICE_MS = 10;

/** A question is no essay: what it holds beyond this costs time and finds nothing more. */
const MOST_WORDS = 64;
/** The time to look for slips grows with a word's length; longer ones are looked for as they are. */
const LONGEST_WORD = 32;

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
  builder.tokenizer = ((text: string) => indexWords(text).flatMap(tokens)) as typeof lunr.tokenizer;
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

/** The stem, and the word itself for beginnings and slips: “wobblin” is no beginning of a stem. */
function tokens({ term, whole }: Word): lunr.Token[] {
  const both = term === whole ? [term] : [term, whole];
  return both.map((text) => new lunr.Token(text, {}));
}

type TermOptions = { boost: number; wildcard?: lunr.Query.wildcard; editDistance?: number };

function ask(index: lunr.Index, { text, prefix }: EngineQuestion): EngineHit[] {
  const asked = questionWords(text);
  const words = [...new Map(asked.map((word) => [word.term, word])).values()].slice(0, MOST_WORDS);
  if (words.length === 0) return [];
  const last = asked.at(-1);
  const hits = index.query((query) => {
    const add = (term: string, options: TermOptions) => query.term(term, { usePipeline: false, ...options });
    for (const word of words) {
      add(word.term, { boost: boosts.exact });
      if (word.han || word.whole.length > LONGEST_WORD) continue;
      if (prefix && word.term === last?.term) {
        add(word.whole, { boost: boosts.beginning, wildcard: lunr.Query.wildcard.TRAILING });
      }
      if (word.whole.length < SLIP_LENGTH || !/^\p{L}+$/u.test(word.whole)) continue;
      for (const slip of new Set([word.term, word.whole])) add(slip, { boost: boosts.slip, editDistance: 1 });
    }
  });
  return hits.map(({ ref, score }) => ({ id: ref, score })).filter(({ score }) => score > 0);
}
