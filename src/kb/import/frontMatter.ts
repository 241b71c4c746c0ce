import { z } from 'zod';
import { readYaml, type YamlFault } from './yamlBlock.ts';

/** A day as its author writes it, or a full instant; read as the beginning of that day in UTC. */
const moment = z
  .union([z.iso.date(), z.iso.datetime({ offset: true })], {
    error: 'Write a date as 2026-10-12, or an instant as 2026-10-12T08:00:00Z.',
  })
  .transform((text) => new Date(text).toISOString());

const line = (max: number) =>
  z
    .string({ error: 'Write text; put quotes around what looks like a number.' })
    .trim()
    .min(1, { error: 'Write something here.' })
    .max(max, { error: `Shorten it to ${max} characters.` })
    .regex(/^[^\n\r]*$/, { error: 'Keep it on one line.' });

const kinds = ['product', 'technology', 'service', 'process', 'announcement'] as const;
const audiences = ['public', 'customers', 'staff'] as const;

const frontMatter = z.strictObject({
  title: line(200),
  summary: line(500),
  kind: z.enum(kinds, { error: `Choose one of ${kinds.join(', ')}.` }),
  // Who may read is said, never assumed: left out, it is for staff.
  audience: z.enum(audiences, { error: `Choose one of ${audiences.join(', ')}.` }).default('staff'),
  checked: z.iso.date({ error: 'Write the day as 2026-10-12.' }).optional(),
  keywords: z.array(line(100), { error: 'Write a list: [one, two].' }).max(60, { error: 'At most 60.' }).default([]),
  order: z.int({ error: 'Write a whole number.' }).min(-1_000_000).max(1_000_000).default(0),
  publish: moment.optional(),
  unpublish: moment.optional(),
});

export type FrontMatter = z.output<typeof frontMatter>;

/** What an article's file says, or all that is wrong with it. */
export type FileReading =
  { matter: FrontMatter; source: string; firstLine: number; faults: [] } | { matter: null; faults: YamlFault[] };

/**
 * Reads an article's file: front matter between two lines `---`, then Markdown.
 * `firstLine` is the line of the file at which the Markdown begins.
 */
export function readArticleFile(text: string): FileReading {
  const parts = /^\uFEFF?---[ \t]*\r?\n([\s\S]*?)(?:^|\n)---[ \t]*(?:\r?\n|$)([\s\S]*)$/.exec(text);
  if (!parts) {
    return {
      matter: null,
      faults: [{ line: 1, message: 'Begin the file with its front matter, between two lines of “---”.' }],
    };
  }
  const [, yaml = '', source = ''] = parts;
  const reading = readYaml(yaml, frontMatter, 2);
  if (!reading.value) return { matter: null, faults: reading.faults };
  const firstLine = text.slice(0, text.length - source.length).split('\n').length;
  const { publish, unpublish } = reading.value;
  if (publish && unpublish && publish >= unpublish) {
    return { matter: null, faults: [{ line: 2, message: '“unpublish” must be later than “publish”.' }] };
  }
  return { matter: reading.value, source, firstLine, faults: [] };
}
