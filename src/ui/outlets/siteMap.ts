import { x } from 'xastscript';
import type { SiteMap } from '../../kb/index.ts';
import { hreflang, isLocale } from '../../platform/i18n/index.ts';
import { textElement, xmlDocument } from './xml.ts';

const NAMESPACE = 'http://www.sitemaps.org/schemas/sitemap/0.9';

/**
 * The site's pages by the protocol of sitemaps.org, each with its other languages as `xhtml:link`; where they do not fit
 * into one document, an index of the parts.
 *
 * @param base the site's address, without a closing slash. @param fallback the locale for readers of any other.
 */
export function siteMapXml(map: SiteMap, { base, fallback }: { base: string; fallback: string }): string {
  if (map.parts > 1 && map.pages.length === 0) {
    const parts = Array.from({ length: map.parts }, (_, index) => `${base}/sitemap.xml?part=${index + 1}`);
    return xmlDocument(
      x(
        'sitemapindex',
        { xmlns: NAMESPACE },
        parts.map((part) => x('sitemap', [textElement('loc', part)])),
      ),
    );
  }
  const entries = map.pages.map(({ url, changedAt, versions }) => {
    const other = versions.find(({ locale }) => locale === fallback) ?? versions[0];
    const links = versions.map((version) => ({ code: codeOf(version.locale), url: version.url }));
    if (other) links.push({ code: 'x-default', url: other.url });
    return x('url', [
      textElement('loc', base + url),
      ...(changedAt === null ? [] : [textElement('lastmod', changedAt)]),
      ...links.map((link) => x('xhtml:link', { rel: 'alternate', hreflang: link.code, href: base + link.url })),
    ]);
  });
  return xmlDocument(x('urlset', { xmlns: NAMESPACE, 'xmlns:xhtml': 'http://www.w3.org/1999/xhtml' }, entries));
}

function codeOf(locale: string): string {
  return isLocale(locale) ? hreflang(locale) : locale;
}
