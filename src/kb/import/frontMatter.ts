import { z } from 'zod';
import { isAudience, type Audience } from '../../accounts/index.ts';
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

/** What the portal knows of a front matter; what else stands there is kept as it is. */
const frontMatter = z.looseObject({
  title: line(200),
  summary: line(500),
  kind: z.enum(kinds, { error: `Choose one of ${kinds.join(', ')}.` }),
  // Who may read is said, never assumed: left out, it is for staff.
  audience: z
    .custom<Audience>(isAudience, { error: 'Choose one of public, customers, staff, group:name, tier:name.' })
    .default('staff'),
  checked: z.iso.date({ error: 'Write the day as 2026-10-12.' }).optional(),
  keywords: z.array(line(100), { error: 'Write a list: [one, two].' }).max(60, { error: 'At most 60.' }).default([]),
  order: z.int({ error: 'Write a whole number.' }).min(-1_000_000).max(1_000_000).default(0),
  publish: moment.optional(),
  unpublish: moment.optional(),
  /** It is brought in, and not shown to readers. */
  draft: z.boolean({ error: 'Write true or false.' }).default(false),
});

export type FrontMatter = z.output<typeof frontMatter>;

const knownKeys: ReadonlySet<string> = new Set(Object.keys(frontMatter.shape));

/** What an article's file says, or all that is wrong with it. */
export type FileReading =
  | {
      matter: FrontMatter;
      /** The file up to its Markdown, byte for byte. */
      head: string;
      source: string;
      firstLine: number;
      /** Keys that mean nothing here: kept, and told in case they were meant to. */
      faults: YamlFault[];
    }
  | { matter: null; faults: YamlFault[] };

/**
 * Reads an article's file: front matter between two lines `---`, then Markdown.
 * `firstLine` is the line of the file at which the Markdown begins.
 */
export function readArticleFile(text: string): FileReading {
  const parts = /^\uFEFF?---[ \t]*\r?\n([\s\S]*?)(?:^|\r?\n)---[ \t]*(?:\r?\n|$)([\s\S]*)$/.exec(text);
  if (!parts) {
    return {
      matter: null,
      faults: [{ line: 1, message: 'Begin the file with its front matter, between two lines of “---”.' }],
    };
  }
  const [, yaml = '', source = ''] = parts;
  const reading = readYaml(yaml, frontMatter, 2);
  if (!reading.value) {
    const faults = [...reading.faults, ...unknownKeys(reading.content, yaml)];
    return { matter: null, faults: faults.toSorted((a, b) => a.line - b.line) };
  }
  const head = text.slice(0, text.length - source.length);
  const firstLine = head.split('\n').length;
  const { publish, unpublish } = reading.value;
  if (publish && unpublish && publish >= unpublish) {
    return { matter: null, faults: [{ line: 2, message: '“unpublish” must be later than “publish”.' }] };
  }
  return { matter: reading.value, head, source, firstLine, faults: unknownKeys(reading.value, yaml) };
}

function unknownKeys(content: unknown, yaml: string): YamlFault[] {
  if (content === null || typeof content !== 'object') return [];
  const lines = yaml.split('\n');
  return Object.keys(content)
    .filter((key) => !knownKeys.has(key))
    .map((key) => ({
      line:
        2 +
        Math.max(
          0,
          lines.findIndex((line) => line.startsWith(`${key}:`)),
        ),
      message: `“${key}” is not known here.`,
    }));
}
