import { hreflang, type Locale } from '../platform/i18n/index.ts';

/** Where a page stands, and where it stands in the other language. */
export interface PageAddresses {
  /** The page's one address, absolute, without a query. */
  canonical: string;
  /** For `<link rel=alternate>`: each language the page exists in, and `x-default`. */
  alternates: readonly { hreflang: string; href: string }[];
  /** Where the switch to another language leads: the same page, or that language's home where it is not written. */
  switches: readonly { locale: Locale; href: string }[];
}

/**
 * The addresses of a customer page. Absolute ones are built from configuration, never from a request: a forged Host
 * header must not reach a link.
 *
 * @param page.publicUrl the site's configured address, with or without a closing slash.
 * @param page.locales the site's languages, the first one for visitors of any other.
 * @param page.path the page's path after the locale, with its query: `/search?q=chair`.
 * @param page.elsewhere that path in another language where it differs; null where the page does not exist in it.
 */
export function addressesOf(page: {
  publicUrl: string;
  locale: Locale;
  locales: readonly Locale[];
  path: string;
  elsewhere?: Partial<Record<Locale, string | null>>;
}): PageAddresses {
  const base = page.publicUrl.replace(/\/+$/, '');
  const pathIn = (locale: Locale): string | null => {
    const other = page.elsewhere?.[locale];
    const path = locale === page.locale || other === undefined ? page.path : other;
    return path === null ? null : `/${locale}${path.startsWith('/') ? path : `/${path}`}`;
  };
  const absolute = (path: string): string => base + withoutQuery(path);
  const written = page.locales.flatMap((locale) => {
    const path = pathIn(locale);
    return path === null ? [] : [{ locale, href: absolute(path) }];
  });
  const fallback = written.find((entry) => entry.locale === page.locales[0]) ?? written[0];
  return {
    canonical: absolute(pathIn(page.locale) ?? `/${page.locale}/`),
    alternates: [
      ...written.map((entry) => ({ hreflang: hreflang(entry.locale), href: entry.href })),
      ...(fallback ? [{ hreflang: 'x-default', href: fallback.href }] : []),
    ],
    switches: page.locales
      .filter((locale) => locale !== page.locale)
      .map((locale) => ({ locale, href: pathIn(locale) ?? `/${locale}/` })),
  };
}

function withoutQuery(path: string): string {
  return path.split(/[?#]/, 1)[0] ?? path;
}
