import type { ArticleView } from '../../kb/index.ts';
import { withQuery } from '../inquiry.ts';

/** The saved views of the articles, in the order of their tabs; the first is what the list opens with. */
export const articleViews: readonly ArticleView[] = [
  ...(['mine', 'draft', 'published', 'changed', 'scheduled', 'conflict', 'suggested'] as const),
  ...(['check_due', 'untranslated', 'deleted', 'all'] as const),
];

/** The view that an address names; `otherwise` for whatever is none that has a tab. */
export function articleViewOf(name: string | null, otherwise: ArticleView): ArticleView {
  return articleViews.find((view) => view === name) ?? otherwise;
}

const filters = ['locale', 'audience', 'owner', 'category', 'kind', 'find', 'sort'] as const;

/** What narrows a list, by the names of its form. */
export type ArticleFilters = Partial<Record<(typeof filters)[number], string>>;

/** What an address narrows the list by. */
export function articleFilters(asked: URLSearchParams): ArticleFilters {
  const said = filters.map((name) => [name, asked.get(name)?.trim().slice(0, 200)] as const);
  return Object.fromEntries(said.filter(([, value]) => value));
}

/** Where a view of the list stands. */
export function articlesPath(view: ArticleView, narrowed: ArticleFilters = {}, after?: string | null): string {
  return withQuery('/staff/articles', { view, ...narrowed, after: after ?? undefined });
}
