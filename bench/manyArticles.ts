import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A language of the generated help, and how its texts are put together. */
interface Language {
  locale: string;
  /** Sentences that the demo's authors wrote. */
  sentences: string[];
  /** Words of this help alone; the first ones are in many articles, the last ones in few. */
  vocabulary: string[];
  between: string;
}

/** What was written: enough to ask for it. */
export interface GeneratedArticle {
  locale: string;
  title: string;
}

const content = join(import.meta.dirname, '..', 'content');
const CATEGORIES = 8;
const SENTENCES = { least: 8, more: 10 };
const VOCABULARY = 20_000;

/**
 * Writes a content folder of made-up help: sentences of the demo's articles, in which words of each article's own subject
 * and of a large vocabulary stand, so that questions find few articles among many that sound alike. The same every time.
 *
 * @param count articles in each language.
 */
export function writeManyArticles(folder: string, count: number): GeneratedArticle[] {
  const random = seeded(count);
  const articles: GeneratedArticle[] = [];
  for (const language of [english(random), chinese(random)]) {
    for (let n = 0; n < CATEGORIES; n++) mkdirSync(join(folder, language.locale, `part-${n}`), { recursive: true });
    const named = Array.from({ length: CATEGORIES }, (_, n) => `part-${n}:\n  title: Part ${n}\n`);
    writeFileSync(join(folder, language.locale, 'categories.yaml'), named.join(''));
    for (let n = 0; n < count; n++) {
      const { title, text } = articleOf(language, random);
      writeFileSync(join(folder, language.locale, `part-${n % CATEGORIES}`, `article-${n}.md`), text);
      articles.push({ locale: language.locale, title });
    }
  }
  return articles;
}

/** Questions about some of the articles, as people ask: some of the words, a third of the English ones with a slip. */
export function questionsAbout(articles: readonly GeneratedArticle[], count: number) {
  const random = seeded(articles.length + 1);
  return Array.from({ length: count }, (_, n) => {
    const locale = n % 2 === 0 ? 'en' : 'zh-cn';
    const own = articles.filter((article) => article.locale === locale);
    const { title } = pick(own, random);
    if (locale === 'zh-cn') return { locale, text: `${title.replaceAll(' ', '')}怎么办` };
    const words = title.split(' ').filter(() => random() < 0.8);
    const text = `How do I ${words.join(' ')}`;
    return { locale, text: random() < 0.33 ? withSlip(text, random) : text };
  });
}

/** The same numbers for the same seed, 0 to 1. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Random = () => number;
const pick = <T>(list: readonly T[], random: Random): T => list[Math.floor(random() * list.length)] as T;
/** Early ones often, late ones seldom. */
const pickZipf = <T>(list: readonly T[], random: Random): T => list[Math.floor(list.length ** random()) - 1] as T;

function articleOf({ sentences, vocabulary, between }: Language, random: Random): { title: string; text: string } {
  const subject = Array.from({ length: 5 }, () => pick(vocabulary, random));
  const title = [...subject.slice(0, 3), pickZipf(vocabulary, random)].join(' ');
  const say = () =>
    pick(sentences, random)
      .split(between)
      .map((word) => (random() < 0.12 ? (random() < 0.5 ? pick(subject, random) : pickZipf(vocabulary, random)) : word))
      .join(between);
  const body = Array.from({ length: SENTENCES.least + Math.floor(random() * SENTENCES.more) }, say);
  const matter = { title, summary: say(), kind: 'service', audience: 'public', keywords: subject };
  const lines = Object.entries(matter).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  const half = body.length >> 1;
  const sections = [`## ${say()}`, body.slice(0, half).join('\n'), `## ${say()}`, body.slice(half).join('\n')];
  return { title, text: `---\n${lines.join('\n')}\n---\n${sections.join('\n\n')}\n` };
}

function english(random: Random): Language {
  const syllables = 'ba ko ri ten lum var dos mi pra nel fo gan shi ter ul bo cra din eth wo'.split(' ');
  const word = () => Array.from({ length: 2 + Math.floor(random() * 3) }, () => pick(syllables, random)).join('');
  const sentences = demoSentences('en', /(?<=[.?])\s+/);
  return { locale: 'en', sentences, vocabulary: Array.from({ length: VOCABULARY }, word), between: ' ' };
}

function chinese(random: Random): Language {
  const sentences = demoSentences('zh-cn', /(?<=[。？])/);
  const signs = [...new Set(sentences.join('').match(/\p{Script=Han}/gu))];
  const word = () => pick(signs, random) + pick(signs, random);
  return { locale: 'zh-cn', sentences, vocabulary: Array.from({ length: VOCABULARY }, word), between: '' };
}

/** Plain sentences out of the demo's articles: no headings, lists, tables, links or directives. */
function demoSentences(locale: string, end: RegExp): string[] {
  const files = readdirSync(join(content, locale), { recursive: true, encoding: 'utf8' });
  const lines = files
    .filter((file) => file.endsWith('.md'))
    .flatMap((file) => (readFileSync(join(content, locale, file), 'utf8').split(/^---$/m)[2] ?? '').split('\n'));
  return lines.filter((line) => /^[\p{Lu}\p{Script=Han}][^|[\]*:`<]+$/u.test(line)).flatMap((line) => line.split(end));
}

/** Two letters of a longer word changed their places. */
function withSlip(text: string, random: Random): string {
  const words = text.split(' ');
  const at = words.findLastIndex((word) => word.length > 5);
  const word = words[at];
  if (word === undefined) return text;
  const letter = 1 + Math.floor(random() * (word.length - 2));
  words[at] = word.slice(0, letter) + word.charAt(letter + 1) + word.charAt(letter) + word.slice(letter + 2);
  return words.join(' ');
}
