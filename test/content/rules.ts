import type { Corpus, ReadArticle } from './corpus.ts';

/** What one language's articles must come to. */
interface Amounts {
  articles: number;
  categories: number;
  customers: number;
  staff: number;
  kinds: readonly string[];
}

const han = /\p{Script=Han}/gu;
const word = /[\p{L}\p{N}]+(?:['’][\p{L}]+)*/gu;

/** Words of an English text, Han characters of a Chinese one: what its length is told in, and what runs are made of. */
function unitsOf(locale: string, text: string): string[] {
  return locale.startsWith('zh') ? (text.match(han) ?? []) : (text.toLowerCase().match(word) ?? []);
}

/** Too few of anything in one language. */
export function shortages(articles: readonly ReadArticle[], named: readonly string[], least: Amounts): string[] {
  const has = (audience: string) => articles.filter((article) => article.audience === audience).length;
  const used = new Set(articles.map(({ category }) => category));
  const kinds = new Set<string>(articles.map(({ kind }) => kind));
  const counted: [string, number, number][] = [
    ['articles', articles.length, least.articles],
    ['categories', named.filter((slug) => used.has(slug)).length, least.categories],
    ['articles for customers', has('customers'), least.customers],
    ['articles for staff', has('staff'), least.staff],
  ];
  return [
    ...counted.filter(([, is, of]) => is < of).map(([what, is, of]) => `${is} ${what} of ${of}`),
    ...[...used].filter((slug) => !named.includes(slug)).map((slug) => `category ${slug} has no name`),
    ...named.filter((slug) => !used.has(slug)).map((slug) => `category ${slug} is empty`),
    ...least.kinds.filter((kind) => !kinds.has(kind)).map((kind) => `no article of kind ${kind}`),
  ];
}

/** Articles with less than `least` words or characters in their body. */
export function tooShort(articles: readonly ReadArticle[], least: number): string[] {
  return articles
    .map(({ path, locale, text }) => ({ path, length: unitsOf(locale, text).length }))
    .filter(({ length }) => length < least)
    .map(({ path, length }) => `${path}: ${length} of ${least}`);
}

/** Articles that lead to fewer than `least` others, or to one that is not there. One language at a time. */
export function poorlyLinked(articles: readonly ReadArticle[], least: number): string[] {
  const known = new Set(articles.map(({ slug }) => slug));
  return articles.flatMap(({ path, slug, links }) => {
    const others = new Set(links.filter((link) => link !== slug));
    const missing = [...others].filter((link) => !known.has(link)).map((link) => `${path}: no ${link}`);
    return others.size < least ? [`${path}: ${others.size} links of ${least}`, ...missing] : missing;
  });
}

/** Runs of `length` units that two articles of one language share; the first of each pair of articles. */
export function sharedRuns(articles: readonly ReadArticle[], length: number): string[] {
  const first = new Map<string, string>();
  const found = new Map<string, string>();
  for (const { path, locale, text } of articles) {
    const units = unitsOf(locale, text);
    for (let at = 0; at + length <= units.length; at += 1) {
      const run = units.slice(at, at + length).join(' ');
      const other = first.get(run);
      if (other === undefined) first.set(run, path);
      else if (other !== path && !found.has(`${other} and ${path}`)) found.set(`${other} and ${path}`, run);
    }
  }
  return [...found].map(([pair, run]) => `${pair}: “${run}”`);
}

const widths: Readonly<Record<string, number>> = { public: 0, customers: 1, staff: 3 };
/** What is for some of the customers stands between all of them and the staff. */
const widthOf = (audience: string): number => widths[audience] ?? 2;

/**
 * Links to articles that fewer people may read, in a paragraph that does not say so: for the others they end nowhere.
 * To staff articles no other may link at all.
 */
export function deadEnds(articles: readonly ReadArticle[]): string[] {
  const audiences = new Map(articles.map(({ slug, audience }) => [slug, audience]));
  return articles.flatMap(({ path, audience, source }) =>
    source.split(/\n\s*\n/).flatMap((paragraph) =>
      [...paragraph.matchAll(/([a-z0-9-]+)\.md[)#]/g)]
        .map(([, slug = '']) => slug)
        .filter((slug) => {
          const target = audiences.get(slug) ?? 'public';
          if (widthOf(target) <= widthOf(audience)) return false;
          return target === 'staff' || !/\bsign(?:ed)?[- ]in\b|登录/i.test(paragraph);
        })
        .map((slug) => `${path}: ${slug}`),
    ),
  );
}

const factShapes: readonly RegExp[] = [
  // KW-10023, SP-1201, TB-31, EN 16139, GB 8624
  /(?<![A-Za-z])[A-Z]{1,4}[- ]?\d[\d.-]*/g,
  // €49, and 1.5 mm, 36 hours, 14天, 96千克, but not the 31 of TB-31
  /€\d[\d.,]*/g,
  /(?<![\w€.,-])(?<![A-Z] )\d[\d.,]*\s?(?:%|°C?|(?!(?:and|are|at|by|for|from|if|in|is|of|on|or|the|to|with)\b)[a-zA-Zµ]+[²³]?|\p{Script=Han}{1,2})/gu,
  // 160 × 65 × 4
  /\d[\d.]*(?: × \d[\d.]*)+/g,
];

/** What an article states exactly: codes, sums, and numbers with what they count. */
export function factsOf(text: string): Set<string> {
  const found = factShapes.flatMap((shape) => text.match(shape) ?? []);
  return new Set(found.map((fact) => fact.replace(/\s+/g, ' ').replace(/[.,-]+$/, '')));
}

/** Articles that state nothing exact that no other article of the language states. */
export function withoutOwnFact(articles: readonly ReadArticle[]): string[] {
  const stated = articles.map(({ path, text }) => ({ path, facts: factsOf(text) }));
  const times = new Map<string, number>();
  for (const { facts } of stated) for (const fact of facts) times.set(fact, (times.get(fact) ?? 0) + 1);
  return stated.filter(({ facts }) => ![...facts].some((fact) => times.get(fact) === 1)).map(({ path }) => path);
}

/** Articles that are there in one language alone, or that differ in whom and what they are for, or in their pictures. */
export function unpaired({ articles }: Corpus, [one, other]: readonly [string, string]): string[] {
  const of = (locale: string) => new Map(articles.filter((a) => a.locale === locale).map((a) => [a.path, a]));
  const [ours, theirs] = [of(one), of(other)];
  return [...new Set([...ours.keys(), ...theirs.keys()])].flatMap((path) => {
    const [a, b] = [ours.get(path), theirs.get(path)];
    if (!a || !b) return [`${path}: not in ${a ? other : one}`];
    const differ = (['kind', 'audience'] as const).filter((part) => a[part] !== b[part]).map((part) => `${path}: ${part}`);
    const pictures = a.images.toSorted().join() === b.images.toSorted().join() ? [] : [`${path}: pictures`];
    return [...differ, ...pictures];
  });
}

/** Pictures that an article names and that are not there, that none shows, or that have no description. */
export function pictureGaps({ articles, images }: Corpus): string[] {
  const shown = new Set(articles.flatMap((article) => article.images));
  const missing = articles.flatMap((article) =>
    article.images.filter((name) => !images.has(name)).map((name) => `${article.locale}/${article.path}: no ${name}`),
  );
  const silent = articles
    .filter(({ source }) => /!\[\s*\]\(/.test(source))
    .map(({ locale, path }) => `${locale}/${path}: a picture without a description`);
  return [...missing, ...silent, ...[...images.keys()].filter((n) => !shown.has(n)).map((n) => `${n}: shown nowhere`)];
}

const drawnSafely: readonly [RegExp, string][] = [
  [/<(?:script|foreignObject|iframe|image|animate\w*|set|style)\b/i, 'an element that drawings do without'],
  [/\son\w+\s*=/i, 'a handler'],
  [/(?:href|src)\s*=/i, 'a reference'],
  [/url\(\s*["']?(?!#)/i, 'a reference'],
  [/<!(?:DOCTYPE|ENTITY)/i, 'a document type'],
  [/\sstyle\s*=/i, 'a style attribute, which a strict policy drops'],
];

/** What is wrong with one drawing's source: no size, anything that acts or reaches out, words of one language. */
export function svgFaults(source: string): string[] {
  const root = /^\s*(?:<\?xml[^>]*>\s*)?<svg\b[^>]*>/.exec(source)?.[0] ?? '';
  const size = (name: string) => Number(new RegExp(`\\s${name}="(\\d+(?:\\.\\d+)?)"`).exec(root)?.[1] ?? 0);
  const box = /\sviewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(root);
  const sized = size('width') > 0 && size('height') > 0 && box !== null;
  const shaped = sized && Math.abs(size('width') * Number(box[2]) - size('height') * Number(box[1])) < 1;
  const words = [...source.matchAll(/<(?:text|tspan|title|desc)\b[^>]*>([^<]*)/g)].map(([, said = '']) => said.trim());
  // Letters stand for parts; units are the same in every language.
  const spoken = words.filter((said) => !/^(?:[A-Z0-9.,:+×%°–\s-]|mm|cm|kg|m(?=$|\s))*$/.test(said));
  return [
    ...(sized ? [] : ['no width, height and viewBox']),
    ...(sized && !shaped ? ['its viewBox has another shape'] : []),
    ...drawnSafely.filter(([shape]) => shape.test(source)).map(([, what]) => what),
    ...spoken.map((said) => `words of a language: ${said}`),
  ];
}

const manners: Readonly<Record<string, readonly [RegExp, string][]>> = {
  en: [
    [/\p{L}!/u, 'an exclamation mark'],
    [/\b(?:oops|simply|valued customer)\b/i, 'a word that the voice avoids'],
    [/[，。；：？（）]/u, 'Chinese punctuation'],
  ],
  'zh-cn': [
    [/！/u, 'an exclamation mark'],
    [/敬请谅解|非法输入|(?<!相|至|母|父)亲[，们]/u, 'a word that the voice avoids'],
    [/\p{Script=Han}[,;:?!]|[,;:?!]\p{Script=Han}/u, 'half-width punctuation'],
    [/\p{Script=Han} +[A-Za-z0-9]|[A-Za-z0-9] +\p{Script=Han}/u, 'a space typed between Chinese and Latin'],
  ],
};

/** Lines that break the voice: exclamation, what it avoids, and in Chinese the punctuation and the spaces. */
export function breaksVoice({ locale, path, title, summary, source }: ReadArticle): string[] {
  const prose = source.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');
  const pieces = [title, summary, ...prose.split('\n').flatMap((line) => line.split('|'))]
    .map((piece) => piece.replace(/\]\([^)]*\)/g, ']').replace(/^\s*(?:#+|[-*]|\d+\.)\s/, ''))
    .filter((piece) => !piece.startsWith(':::'));
  return (manners[locale] ?? []).flatMap(([shape, what]) =>
    pieces.filter((piece) => shape.test(piece)).map((piece) => `${locale}/${path}: ${what}: ${piece.trim()}`),
  );
}
