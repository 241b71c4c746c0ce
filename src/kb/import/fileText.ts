import { isMap, isSeq, parseDocument } from 'yaml';
import type { Audience } from '../../accounts/index.ts';
import type { ArticleKind } from '../tables.ts';
import { readArticleFile, type FrontMatter } from './frontMatter.ts';

/** What a file says of an article, as the database has it. */
export interface FileState {
  title: string;
  summary: string;
  /** One a line. */
  keywords: string;
  source: string;
  /** The front matter of the file it came from, or of the revision before; null: there was none. */
  head: string | null;
  kind: ArticleKind;
  audience: Audience;
  checkedOn: string | null;
  position: number;
  publishAt: string | null;
  unpublishAt: string | null;
  /** Whether readers get it, now or in its time. */
  isPublished: boolean;
}

/**
 * An article as its file. While the front matter it came with says what is true, it stays byte for byte; otherwise what
 * changed is changed in it, and keys and comments that the portal does not know stay. Without one, the portal writes its
 * own.
 */
export function fileTextOf(state: FileState): string {
  const wanted = matterOf(state);
  if (state.head === null) return `---\n${written(wanted)}---\n\n${state.source}`;
  const reading = readArticleFile(state.head);
  if (reading.matter && sameMatter(reading.matter, wanted)) return state.head + state.source;
  return editedHead(state.head, wanted) + state.source;
}

/** In the order in which the portal writes them. */
type Matter = Pick<FrontMatter, 'title' | 'summary' | 'kind' | 'audience' | 'keywords' | 'order' | 'draft'> & {
  checked: string | undefined;
  publish: string | undefined;
  unpublish: string | undefined;
};

function matterOf(state: FileState): Matter {
  return {
    title: state.title,
    summary: state.summary,
    kind: state.kind,
    audience: state.audience,
    checked: state.checkedOn ?? undefined,
    keywords: state.keywords === '' ? [] : state.keywords.split('\n'),
    order: state.position,
    publish: state.publishAt ?? undefined,
    unpublish: state.unpublishAt ?? undefined,
    draft: !state.isPublished,
  };
}

function sameMatter(one: FrontMatter, other: Matter): boolean {
  return (Object.keys(other) as (keyof Matter)[]).every(
    (key) => JSON.stringify(one[key]) === JSON.stringify(other[key]),
  );
}

/** What a file need not say, since it is assumed. */
const assumed: Partial<Matter> = { order: 0, draft: false };

function isSaid([key, value]: [string, unknown]): boolean {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return false;
  return assumed[key as keyof Matter] !== value;
}

const style = { lineWidth: 0, flowCollectionPadding: false } as const;

function written(matter: Matter): string {
  const document = parseDocument('');
  document.contents = document.createNode(Object.fromEntries(Object.entries(matter).filter(isSaid))) as never;
  makeListsFlow(document);
  return document.toString(style);
}

/** Short lists on one line, as people write them. */
function makeListsFlow(document: ReturnType<typeof parseDocument>): void {
  const keywords = document.get('keywords', true);
  if (isSeq(keywords)) keywords.flow = true;
}

function editedHead(head: string, wanted: Matter): string {
  const parts = /^(\uFEFF?---[ \t]*\r?\n)([\s\S]*?)((?:^|\n)---[ \t]*(?:\r?\n[\s\S]*|$))/.exec(head);
  const [, opening = '---\n', yaml = '', rest = '---\n'] = parts ?? [];
  const crlf = opening.endsWith('\r\n');
  const document = parseDocument(yaml.replaceAll(/\r(?=\n|$)/g, ''));
  if (!isMap(document.contents)) return `---\n${written(wanted)}---\n`;
  const before = readArticleFile(head).matter;
  for (const entry of Object.entries(wanted) as [keyof Matter, unknown][]) {
    const [key, value] = entry;
    if (before && JSON.stringify(before[key]) === JSON.stringify(value)) continue;
    if (isSaid(entry)) document.set(key, document.createNode(value));
    else document.delete(key);
  }
  makeListsFlow(document);
  const text = document.toString(style);
  return opening + (crlf ? text.replaceAll('\n', '\r\n') : text) + rest.replace(/^\r?\n/, '');
}
