import type { Viewer } from '../../accounts/index.ts';
import type { ArticleInput, ArticlePage } from '../article.ts';
import { portableMarkdown } from '../markdown/index.ts';
import type { KbParts } from '../parts.ts';
import { changedArticles } from './changed.ts';
import { directory } from './directory.ts';
import { siteMap } from './siteMap.ts';

/** What programs read of the knowledge base, each through the gate like any reader. */
export function outlets(parts: KbParts, article: (viewer: Viewer, input: ArticleInput) => Promise<ArticlePage>) {
  return {
    changed: changedArticles(parts),
    directory: directory(parts),
    siteMap: siteMap(parts),

    /**
     * An article as Markdown that reads right wherever it is taken: absolute links, no comments of its authors.
     * @param input.base the site's address, without a closing slash.
     * @throws Refusal `not_found` when there is none, or none for this viewer, in this locale.
     */
    async markdown(
      viewer: Viewer,
      { base, ...input }: ArticleInput & { base: string },
    ): Promise<{ text: string; url: string; locale: string; isPublic: boolean }> {
      const page = await article(viewer, input);
      const { url, locale, audience } = page;
      return { text: portableMarkdown(page, base), url, locale, isPublic: audience === 'public' };
    },
  };
}
