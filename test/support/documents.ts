import type { Browser } from 'playwright-core';
import { launchChromium } from './chromium.ts';

/** What a page says, as a browser reads its HTML. */
export interface ReadPage {
  lang: string;
  title: string;
  headings: string[];
  /** The text of `main`. */
  text: string;
  /** The values that a form would send again, by field; those of a chosen radio button or option alone. */
  fields: Record<string, string[]>;
  /** The faults that the summary tells, by field. */
  faults: Record<string, string>;
  /** The fields that have their fault beside them. */
  marked: string[];
  links: { href: string; text: string }[];
  /** The paragraphs of each message, joined by blank lines. */
  messages: string[];
}

/** Reads HTML with a real browser's parser, without running or loading anything of it. */
export async function openDocuments(): Promise<{ read(html: string): Promise<ReadPage>; close(): Promise<void> }> {
  const browser: Browser = await launchChromium();
  const page = await browser.newPage();
  return {
    read: (html) =>
      page.evaluate((source) => {
        const document = new DOMParser().parseFromString(source, 'text/html');
        const textOf = (element: Element | null): string => element?.textContent ?? '';
        const all = <E extends Element = HTMLElement>(selector: string): E[] => [
          ...document.querySelectorAll<E>(selector),
        ];
        const fields: Record<string, string[]> = {};
        for (const field of all<HTMLInputElement>('main [name]')) {
          if (field.matches('button') || (field.matches('[type=radio], [type=checkbox]') && !field.checked)) continue;
          // The attribute, since `value` of an e-mail field is trimmed by the browser.
          const sent = field.tagName === 'INPUT' ? (field.getAttribute('value') ?? '') : field.value;
          (fields[field.name] ??= []).push(sent);
        }
        return {
          lang: document.documentElement.lang,
          title: document.title,
          headings: all('h1').map(textOf),
          text: textOf(document.querySelector('main')),
          fields,
          faults: Object.fromEntries(
            all('.error-summary a').map((link) => [(link.getAttribute('href') ?? '').slice(1), textOf(link)]),
          ),
          marked: all('[aria-invalid=true]').map((field) => field.getAttribute('name') ?? ''),
          links: all('a[href]').map((link) => ({ href: link.getAttribute('href') ?? '', text: textOf(link) })),
          messages: all('.message .prose').map((prose) =>
            [...prose.querySelectorAll('p:not(.note)')].map(textOf).join('\n\n'),
          ),
        };
      }, html),
    close: () => browser.close(),
  };
}
