import { z } from 'zod';
import { isAudience, type Audience } from '../../accounts/index.ts';
import { oneLine, optional, paragraphs } from '../../platform/fields/index.ts';
import type { ArticleText } from './contract.ts';

/** Nobody writes more. */
const MOST_CHARACTERS = 500_000;

/** Text that may be anything while it is being written; only what no database holds is refused. */
const unfinished = (max: number) =>
  z
    .string({ error: 'errors.unreadable' })
    .transform((value) => value.replaceAll('\r\n', '\n')) // forms send CRLF for every line break
    .refine((value) => value.isWellFormed() && !value.includes('\0'), { error: 'errors.unreadable', abort: true })
    .refine((value) => value.length <= max, { error: `errors.tooLong|${JSON.stringify({ max })}` });

const unfinishedKeywords = z
  .array(unfinished(1_000), { error: 'errors.unreadable' })
  .max(500, { error: 'errors.tooMany|{"max":500}' })
  .transform(keywordsOf);

/** What an editor holds, finished or not. */
export const draftText = {
  title: unfinished(2_000),
  summary: unfinished(5_000),
  keywords: unfinishedKeywords,
  source: unfinished(MOST_CHARACTERS),
};

/** A text that can be a revision: the same rules as for a file's front matter. */
export const finishedText = z.object({
  title: oneLine(200).transform((value) => value.trim()),
  summary: oneLine(500).transform((value) => value.trim()),
  keywords: z.array(oneLine(100)).max(60, { error: 'errors.tooMany|{"max":60}' }).transform(keywordsOf),
  source: draftText.source,
});

/** A word about a change. */
export const noteField = optional(paragraphs(500));

/** An address: it becomes the file's name. */
export const slugField = z
  .string({ error: 'errors.required' })
  .trim()
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, { error: 'errors.slug' })
  .max(100, { error: 'errors.tooLong|{"max":100}' });

export const articleId = z.string();
export const version = z.coerce.number({ error: 'errors.unreadable' }).int({ error: 'errors.unreadable' });
export const day = z.iso.date({ error: 'errors.date' });
export const audience = z.custom<Audience>(isAudience, { error: 'errors.choice' });
export const kind = z.enum(['product', 'technology', 'service', 'process', 'announcement'], { error: 'errors.choice' });

/** An instant as it is stored. */
export const moment = z.iso
  .datetime({ offset: true, error: 'errors.date' })
  .transform((value) => new Date(value).toISOString());

/** How a text is stored: keywords one a line. */
export function storedText({ title, summary, keywords, source }: ArticleText) {
  return { title, summary, keywords: keywords.join('\n'), source };
}

export function readText(row: { title: string; summary: string; keywords: string; source: string }): ArticleText {
  const { title, summary, keywords, source } = row;
  return { title, summary, keywords: keywords === '' ? [] : keywords.split('\n'), source };
}

export const emptyText: ArticleText = { title: '', summary: '', keywords: [], source: '' };

/** Whether two texts say the same; browsers send other line ends than some files have. */
export function sameText(one: ArticleText, other: ArticleText): boolean {
  const plain = (text: ArticleText) => JSON.stringify(storedText(text)).replaceAll(String.raw`\r\n`, String.raw`\n`);
  return plain(one) === plain(other);
}

function keywordsOf(values: string[]): string[] {
  const words = values.flatMap((value) => value.split('\n')).map((word) => word.trim());
  return [...new Set(words.filter((word) => word !== ''))];
}
