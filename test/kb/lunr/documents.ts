import lunr from 'lunr';
import { indexWords, questionWords, SLIP_LENGTH, type EngineQuestion } from '../../../src/kb/engine.ts';
import type { EngineHit, SearchDocument } from '../../../src/kb/index.ts';

/** The same numbers for the same seed, 0 to 1. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const latin =
  'chair table wobble wobbles wobbling oil oiled water ring rings return returned refund delivery deliver address invoice ' +
  'screw screws tighten bolt bolts assemble assembly warranty colour color warp cracked crack cushion cover wash CH-12 TB-4';
const han = '椅子 桌子 摇晃 退货 退款 配送 地址 发票 螺栓 拧紧 组装 保修 木头 开裂 坐垫 清洗 水印 上油 酒店 证书';
const words: Record<string, readonly string[]> = { en: latin.split(' '), 'zh-cn': han.split(' ') };

/** A made-up article: some words are common, some are rare, and no two articles are equally long. */
export function madeUp(id: string, locale: string, random: () => number): SearchDocument {
  const own = words[locale] ?? [];
  const word = () => own[Math.floor(random() ** 2 * own.length)] ?? '';
  const some = (most: number) => Array.from({ length: Math.floor(random() * most) }, word);
  const say = (most: number) => [word(), ...some(most), id].join(locale === 'en' ? ' ' : '');
  const audience = random() < 0.8 ? 'public' : random() < 0.5 ? 'customers' : 'staff';
  return { id, locale, audience, title: say(4), summary: say(9), keywords: some(4), headings: some(3), text: say(60) };
}

/** A question that may hold a slip, and may be unfinished. */
export function madeUpQuestion(locale: string, random: () => number): EngineQuestion {
  const own = words[locale] ?? [];
  const asked = Array.from({ length: 1 + Math.floor(random() * 3) }, () => {
    const word = own[Math.floor(random() * own.length)] ?? '';
    const at = Math.floor(random() * word.length);
    return random() < 0.3 && locale === 'en' ? word.slice(0, at) + 'x' + word.slice(at + 1) : word;
  });
  const text = asked.join(locale === 'en' ? ' ' : '的');
  return { text, locale, audiences: ['public', 'customers'], limit: 20, prefix: random() < 0.3 };
}

const fields = { title: 8, keywords: 5, summary: 4, headings: 3, text: 1 } as const;

/** What lunr itself says of these documents, as one index, asked the way our questions are meant. */
export function lunrItself(documents: readonly SearchDocument[], question: EngineQuestion): EngineHit[] {
  const own = documents.filter(({ locale }) => locale === question.locale);
  if (own.length === 0) return [];
  const builder = new lunr.Builder();
  builder.ref('id');
  for (const [name, boost] of Object.entries(fields)) builder.field(name, { boost });
  builder.tokenizer = ((text: string) =>
    indexWords(text)
      .flatMap(({ term, whole }) => (term === whole ? [term] : [term, whole]))
      .map((token) => new lunr.Token(token, {}))) as typeof lunr.tokenizer;
  for (const { keywords, headings, ...rest } of own)
    builder.add({ ...rest, keywords: keywords.join('\n'), headings: headings.join('\n') });
  const asked = questionWords(question.text);
  const last = asked.at(-1);
  const hits = builder.build().query((query) => {
    const options = { usePipeline: false };
    for (const word of new Map(asked.map((each) => [each.term, each])).values()) {
      query.term(word.term, { ...options, boost: 10 });
      if (word.han) continue;
      if (question.prefix && word.term === last?.term)
        query.term(word.whole, { ...options, boost: 3, wildcard: lunr.Query.wildcard.TRAILING });
      if (word.whole.length < SLIP_LENGTH || !/^\p{L}+$/u.test(word.whole)) continue;
      for (const slip of new Set([word.term, word.whole])) query.term(slip, { ...options, boost: 2, editDistance: 1 });
    }
  });
  const audiences = new Map(own.map(({ id, audience }) => [id, audience]));
  return hits
    .filter(({ ref, score }) => score > 0 && question.audiences.includes(audiences.get(ref) ?? 'staff'))
    .map(({ ref, score }) => ({ id: ref, score }))
    .sort((a, b) => (Math.abs(b.score - a.score) > 1e-9 ? b.score - a.score : a.id < b.id ? -1 : 1))
    .slice(0, question.limit);
}
