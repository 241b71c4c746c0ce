/** Where readers find an article. */
export function articleUrl(locale: string, slug: string): string {
  return `/${locale}/articles/${slug}`;
}
