/** What crawlers may fetch (RFC 9309). What is one person's, an answer to a question, or a machine's is not theirs. */
export function robotsText(base: string, locales: readonly string[]): string {
  const own = ['ask', 'tickets', 'account', 'sign-in', 'sign-up', 'search', 'answered', 'enter', 'forgotten', 'set-up'];
  const closed = [
    '/staff',
    '/api/',
    '/files/',
    ...locales.flatMap((locale) => own.map((page) => `/${locale}/${page}`)),
  ];
  return ['User-agent: *', ...closed.map((path) => `Disallow: ${path}`), '', `Sitemap: ${base}/sitemap.xml`, ''].join(
    '\n',
  );
}
