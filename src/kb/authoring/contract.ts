import type { Audience, Viewer } from '../../accounts/index.ts';
import type { MarkdownRemark } from '../markdown/index.ts';
import type { ArticleKind, ArticleState } from '../tables.ts';
import type { ArticleList, ArticleListInput } from './listContract.ts';
import type { Comparison, ComparisonInput, RevisionPage, RevisionText, TextDifferences } from './revisionContract.ts';
import type { Suggestion, SuggestionInput, SuggestionListInput } from './suggestionContract.ts';

/**
 * What colleagues do with articles. Authors and administrators write and publish, agents look and suggest; everybody
 * else is refused: `unauthenticated` when nobody is signed in, `forbidden` otherwise. Beside that each use case throws
 *
 * - `not_found` for an article, revision or suggestion that does not exist,
 * - `invalid` with one fault a field (`fields`) for what cannot be taken as it is,
 * - `conflict` as {@link EditConflict} where it takes a `version`, when somebody was faster.
 *
 * Whatever readers may notice is on disk, and owed to the search engines, when a use case returns.
 */
export interface Authoring {
  /** The list of articles with its counts: a fixed number of queries. Agents may read it, too. */
  list(viewer: Viewer, input: ArticleListInput): Promise<ArticleList>;
  /** A new article that nobody but colleagues sees: a draft for `staff`. What it says may still be empty. */
  create(viewer: Viewer, input: NewArticle): Promise<ArticleSaved>;
  /** Everything that the editor shows of one article. Agents may open it, too; `may` says what is theirs to do. */
  open(viewer: Viewer, input: { articleId: string }): Promise<EditorArticle>;

  /**
   * Keeps what stands in the editor, finished or not, without telling readers or making a revision. The same text twice
   * is saved once and no conflict.
   */
  saveDraft(viewer: Viewer, input: DraftInput): Promise<ArticleSaved>;
  /** Lets go of the draft; the newest revision stands in the editor again. */
  discardDraft(viewer: Viewer, input: { articleId: string; version: number }): Promise<ArticleSaved>;
  /** Makes a revision of what stands in the editor; what readers see stays. Unchanged text makes none. */
  saveRevision(viewer: Viewer, input: RevisionInput): Promise<RevisionSaved>;
  /**
   * Shows readers what stands in the editor, from `publishAt` (now, when left out) until `unpublishAt`. A revision is
   * made first where the text is new. An article that readers see already is not moved to a later beginning: that is
   * a fault of `publishAt`.
   */
  publish(viewer: Viewer, input: PublishInput): Promise<RevisionSaved>;
  /** Takes an article back from readers; its revisions stay. */
  unpublish(viewer: Viewer, input: { articleId: string; note?: string | undefined }): Promise<void>;

  /** Changes what is named and leaves the rest. It holds at once, for readers, too. */
  setFacts(viewer: Viewer, input: FactsInput): Promise<void>;
  /** Gives an article another address; the old one leads to it. */
  move(viewer: Viewer, input: { articleId: string; slug: string }): Promise<{ slug: string; url: string }>;
  /** Deletes an article and says where its address leads from now on. Its revisions stay. */
  remove(viewer: Viewer, input: RemoveInput): Promise<void>;
  /** Brings a deleted article back as a draft at its old address, or at `slug` when that is taken. */
  undelete(viewer: Viewer, input: { articleId: string; slug?: string | undefined }): Promise<{ slug: string }>;

  /** The revisions of an article, newest first, each with who, when and what, and what else was done to it. */
  revisions(viewer: Viewer, input: { articleId: string; after?: string | undefined }): Promise<RevisionPage>;
  /** One revision as it was saved. */
  revision(viewer: Viewer, input: { articleId: string; number: number }): Promise<RevisionText>;
  /** The differences of two revisions, or of one and the draft, as data; render its words as text. */
  compare(viewer: Viewer, input: ComparisonInput): Promise<Comparison>;
  /** Makes a new revision with the words of an old one. What stands in the editor is kept as a revision before it. */
  restore(viewer: Viewer, input: { articleId: string; number: number; version: number }): Promise<RevisionSaved>;

  /** What the page's own renderer makes of Markdown. Nothing is kept. Agents may, too. */
  preview(viewer: Viewer, input: PreviewInput): Promise<Preview>;
  /** Articles whose title or address holds `text`, for the link picker; recent ones when it is empty. Agents may, too. */
  linkTargets(viewer: Viewer, input: { locale: string; text: string }): Promise<LinkTarget[]>;
  /** How many persons each audience is, as far as known. Agents may, too. */
  readers(viewer: Viewer): Promise<ReaderCount[]>;
  /** Who may own an article, by name. */
  owners(viewer: Viewer): Promise<Person[]>;

  /** Proposes another text for an article, or a new article, in the colleague's own words. Agents may. */
  suggest(viewer: Viewer, input: SuggestionInput): Promise<{ suggestionId: string }>;
  /** Suggestions, newest first. Agents see all of them, too. */
  suggestions(viewer: Viewer, input: SuggestionListInput): Promise<Suggestion[]>;
  /**
   * Puts a suggestion into the draft of its article, or into a new article. @throws `conflict` while somebody's own
   * draft stands there: save or discard it first.
   */
  acceptSuggestion(
    viewer: Viewer,
    input: { suggestionId: string; slug?: string | undefined; category?: string | undefined },
  ): Promise<ArticleSaved>;
  /** Says no, with a word for whoever suggested it. */
  declineSuggestion(viewer: Viewer, input: { suggestionId: string; words?: string | undefined }): Promise<void>;

  /** What file and browser say of an article that was changed in both; null when they agree. */
  fileConflict(viewer: Viewer, input: { articleId: string }): Promise<FileConflict | null>;
  /** Decides for the file: it becomes the published revision. What the browser had stays among the revisions. */
  takeFile(viewer: Viewer, input: { articleId: string; hash: string | null }): Promise<void>;
  /** Decides for the browser: that state of the file is not asked about again, and the next export overwrites it. */
  keepBrowser(viewer: Viewer, input: { articleId: string; hash: string | null }): Promise<void>;
}

export interface Person {
  personId: string;
  name: string;
}

/** What an author writes. */
export interface ArticleText {
  title: string;
  summary: string;
  keywords: readonly string[];
  /** Markdown. */
  source: string;
}

export interface NewArticle extends Partial<ArticleText> {
  locale: string;
  /** Left out: made from the title, or `article-…` where that has no Latin letters. */
  slug?: string | undefined;
  category: string;
  /** Left out: `service`. */
  kind?: ArticleKind | undefined;
  /** An article in another locale that this one is the translation of. */
  translationOf?: string | undefined;
}

/** The article and the version of its text; hand the version back with the next change. */
export interface ArticleSaved {
  articleId: string;
  version: number;
  savedAt: string;
}

export interface DraftInput extends ArticleText {
  articleId: string;
  /** As `open` or the last save gave it. */
  version: number;
}

export interface RevisionInput extends DraftInput {
  /** What changed, in a few words, for the list of revisions. */
  note?: string | undefined;
}

export interface PublishInput {
  articleId: string;
  version: number;
  /** What stands in the editor; left out: the draft as it was saved, else the newest revision. */
  text?: ArticleText | undefined;
  note?: string | undefined;
  /** ISO instants. Left out: a window that still holds stays; null: no limit. */
  publishAt?: string | null | undefined;
  unpublishAt?: string | null | undefined;
  /** Who may read it from now on; left out: as before. */
  audience?: Audience | undefined;
}

export interface RevisionSaved extends ArticleSaved {
  /** The number of the revision that now holds the text. */
  number: number;
}

export interface FactsInput {
  articleId: string;
  audience?: Audience | undefined;
  /** A colleague; null: nobody. */
  ownerId?: string | null | undefined;
  category?: string | undefined;
  kind?: ArticleKind | undefined;
  /** The day somebody made sure that it is true, `2026-10-12`; null: never. */
  checked?: string | null | undefined;
  /** Its place in its category; those of one place go by title. */
  position?: number | undefined;
}

/** Where the address of a deleted article leads: elsewhere, or to a page that says that it is gone (410). */
export type RedirectTarget =
  { to: 'article'; articleId: string } | { to: 'category'; category: string } | { to: 'gone' };

export interface RemoveInput {
  articleId: string;
  redirect: RedirectTarget;
}

/** One article in the editor. */
export interface EditorArticle {
  articleId: string;
  locale: string;
  slug: string;
  /** Where readers find it, once it is published. */
  url: string;
  category: string;
  kind: ArticleKind;
  audience: Audience;
  owner: Person | null;
  checked: string | null;
  position: number;
  state: ArticleState;
  deletedAt: string | null;
  publishAt: string | null;
  unpublishAt: string | null;
  /** What readers see, and the newest saved; null: none. */
  published: { number: number; at: string } | null;
  latest: { number: number; at: string } | null;
  /** The version of the text below, for the next save. */
  version: number;
  /** The draft when there is one, else the newest revision. */
  text: ArticleText;
  /** The draft's last hand; null: the text is that of the newest revision. */
  draft: { by: Person | null; at: string } | null;
  /** The file it comes from, relative to `content/`; null: it was written in the browser. */
  file: string | null;
  hasFileConflict: boolean;
  openSuggestions: number;
  /** Itself included, in the site's order of locales; `articleId` null: not there yet. */
  translations: {
    locale: string;
    articleId: string | null;
    slug: string | null;
    state: ArticleState | null;
    behind: number;
  }[];
  categories: { slug: string; title: string }[];
  helped: { yes: number; of: number };
  may: { write: boolean; publish: boolean; suggest: boolean };
}

/**
 * Somebody else changed the text meanwhile. It is a `Refusal` with the code `conflict`, and nothing was written; send
 * `mine` again with `theirs.version` to put it over theirs.
 */
export interface EditConflict {
  mine: ArticleText;
  theirs: { text: ArticleText; version: number; by: Person | null; at: string };
  /** From theirs to mine. */
  differences: TextDifferences;
}

export interface PreviewInput {
  source: string;
  title: string;
  locale: string;
}

export interface Preview {
  /** Sanitised, as readers would get it. */
  html: string;
  minutes: number;
  remarks: MarkdownRemark[];
  /** Links to articles that do not exist in this locale, or that no reader sees yet. */
  deadLinks: { slug: string; line: number; why: 'missing' | 'unpublished' }[];
}

export interface LinkTarget {
  articleId: string;
  title: string;
  slug: string;
  category: string;
  audience: Audience;
  isPublished: boolean;
  /** As an article of this site writes it: `../care/oil-the-table.md`. */
  href: string;
}

export interface ReaderCount {
  audience: Audience;
  /** Null: everybody, uncounted. */
  persons: number | null;
}

/** A file and an article that went apart. */
export interface FileConflict {
  articleId: string;
  /** Relative to `content/`. */
  path: string;
  foundAt: string;
  /** What decides: hand it back, so that nobody decides on a file that changed again. Null: the file was deleted. */
  hash: string | null;
  /** The file as it is now; null: it was deleted. */
  file: ArticleText | null;
  /** The front matter as the file has it. */
  fileFacts: { audience: Audience; category: string; kind: ArticleKind; checked: string | null } | null;
  browser: ArticleText;
  browserFacts: { audience: Audience; category: string; kind: ArticleKind; checked: string | null };
  /** Line by line, from the browser's to the file's. */
  differences: Comparison | null;
}
