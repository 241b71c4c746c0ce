/** Knowledge: articles and their revisions, how they come in from files, and how they are found and read. */
import './tables.ts';
import './images/tables.ts';
import './authoring/tables.ts';
import './gaps/tables.ts';

export { createKb, type Kb } from './kb.ts';
export type { KbParts } from './parts.ts';
export type { KbLog, KbTouch, TouchPort } from './ports.ts';
export { kbMigration } from './migrations.ts';
export { kbAudienceMigration } from './audienceMigration.ts';
export { kbImagesMigration } from './images/migration.ts';
export { gapPersonMigration, kbGapsMigration } from './gaps/migration.ts';
export { forgetInKb, keptByKb } from './personal.ts';
export type { GapLine, GapList, GapView } from './gaps/list.ts';
export type { GapState } from './gaps/tables.ts';
export { authoringMigration } from './authoring/migrations.ts';

export type { Announcement } from './announcements.ts';
export type { ArticleInput, ArticlePage } from './article.ts';
export type { CategoryLine, CategoryPage, HomePage } from './browse.ts';
export type { ImageAdded, ImageInput } from './images/add.ts';
export { MOST_BYTES as MOST_IMAGE_BYTES } from './images/picture.ts';
export type { ImageFound } from './images/read.ts';
export type { FeedbackInput } from './feedback.ts';
export type { ArticleLine } from './listing.ts';
export type { Directory } from './outlets/directory.ts';
export type { ListedPage, SiteMap } from './outlets/siteMap.ts';
export type { ArticleAbout } from './search/about.ts';
export type { ContentsEntry } from './markdown/index.ts';
export type { ArticleKind, ArticleState, RevisionCause } from './tables.ts';

export type {
  ArticleSaved,
  ArticleText,
  Authoring,
  DraftInput,
  EditConflict,
  EditorArticle,
  FactsInput,
  FileConflict,
  LinkTarget,
  NewArticle,
  Person as Colleague,
  Preview,
  PreviewInput,
  PublishInput,
  ReaderCount,
  RedirectTarget,
  RemoveInput,
  RevisionInput,
  RevisionSaved,
} from './authoring/contract.ts';
export type { ArticleList, ArticleListInput, ArticleView, ListedArticle } from './authoring/listContract.ts';
export type {
  ArticleEvent,
  Comparison,
  ComparisonInput,
  DiffLine,
  DiffPart,
  RevisionLine,
  RevisionPage,
  RevisionText,
  TextDifferences,
} from './authoring/revisionContract.ts';
export type { Suggestion, SuggestionInput, SuggestionListInput } from './authoring/suggestionContract.ts';

export { describeFault, type ContentFault } from './import/fault.ts';
export type { ExportOptions, ExportReport } from './import/exportContent.ts';
export type { ImportOptions, ImportReport } from './import/importContent.ts';

export type { EngineState, SearchState } from './search/engines.ts';
export type { SearchHit, SearchInput, SearchResult } from './search/search.ts';
export type { MarkRange } from './search/excerpt.ts';
export type { Verdict } from './search/confidence.ts';

export {
  EngineUnavailable,
  type EngineAnswer,
  type EngineCapabilities,
  type EngineFault,
  type EngineHit,
  type EngineQuestion,
  type EngineRebuild,
  type SearchDocument,
  type SearchEngine,
} from './engine.ts';
export { lunr, type LunrOptions } from './engines/lunr/index.ts';
export { forgetMeilisearch, meilisearch, type MeilisearchOptions } from './engines/meilisearch/index.ts';
export { evaluate, relevanceSet, type Evaluation, type Ranking, type RelevanceSet } from './evaluation/index.ts';
