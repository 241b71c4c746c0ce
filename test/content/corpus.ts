import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { readArticleFile, type FrontMatter } from '../../src/kb/import/frontMatter.ts';
import { renderMarkdown } from '../../src/kb/markdown/index.ts';

/** One article file as the rules look at it. */
export interface ReadArticle {
  locale: string;
  /** `care/oil-the-table`, the same in every language. */
  path: string;
  category: string;
  slug: string;
  kind: FrontMatter['kind'];
  audience: FrontMatter['audience'];
  title: string;
  summary: string;
  /** The Markdown. */
  source: string;
  /** What a reader reads of it. */
  text: string;
  /** Slugs it links to, each as often as it does. */
  links: readonly string[];
  /** Names of the pictures it shows. */
  images: readonly string[];
}

export interface Corpus {
  articles: readonly ReadArticle[];
  /** Slugs of the named categories, by locale. */
  categories: ReadonlyMap<string, readonly string[]>;
  /** Source of every picture, by name. */
  images: ReadonlyMap<string, string>;
}

/**
 * Reads a content folder whole.
 * @throws when a file has faults: those are the importer's to tell.
 */
export function readCorpus(folder: string, locales: readonly string[]): Corpus {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll('\\', '/'));
  const text = (name: string) => readFileSync(join(folder, name), 'utf8');
  const categories = new Map(
    locales.map((locale) => [locale, Object.keys(parse(text(`${locale}/categories.yaml`)) as object)]),
  );
  const images = files.filter((name) => /^images\/[^/]+$/.test(name));
  const articles = files.filter((name) => locales.some((locale) => name.startsWith(`${locale}/`) && /\.md$/.test(name)));
  return {
    articles: articles.toSorted().map((name) => readOne(name, text(name))),
    categories,
    images: new Map(images.map((name) => [name.slice('images/'.length), text(name)])),
  };
}

function readOne(name: string, file: string): ReadArticle {
  const [locale = '', category = '', leaf = ''] = name.split('/');
  const slug = leaf.slice(0, -'.md'.length);
  const { matter, source = '' } = { source: '', ...readArticleFile(file) };
  if (!matter) throw new Error(`${name} has faulty front matter.`);
  const { title, summary, kind, audience } = matter;
  const { text, links, images } = renderMarkdown(source, { locale, title });
  const path = `${category}/${slug}`;
  return {
    ...{ locale, path, category, slug, kind, audience, title, summary, source, text, images },
    links: links.map((link) => link.slug),
  };
}

/** The demo company's. */
export const demoContent = fileURLToPath(new URL('../../content', import.meta.url));
