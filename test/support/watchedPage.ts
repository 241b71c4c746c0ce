import type { Browser, BrowserContext, Page } from 'playwright-core';

/** A page without any policy of ours, in which everything that could be harm is seen. */
export interface WatchedPage {
  /** Loads HTML as the body of a page, touches every element of it, and tells what happened that should not. */
  harmOf(html: string): Promise<string[]>;
  /**
   * Loads each text as a document of its own, locked away from the others, and waits until `enough` of them ran, for
   * a minute or two at most.
   * @returns how many ran.
   */
  runAlone(documents: readonly string[], enough: number): Promise<number>;
}

/** How long a page is given to do harm once it is loaded, in milliseconds. */
const PATIENCE_MS = 150;
const LOOKS = 600;

/**
 * Replaces what payloads call by what notes the call, before anything of the page runs. Within a locked document the
 * page around it is told.
 */
function hook(): void {
  const harm: string[] = [];
  Object.defineProperty(window, 'harm', { value: harm });
  const note = (what: string) => {
    if (harm.length < 100) harm.push(what);
    if (window !== window.parent) window.parent.postMessage({ ran: window.name }, '*');
  };
  for (const name of ['alert', 'prompt', 'confirm', 'print', 'eval', 'open', 'fetch'] as const) {
    Object.defineProperty(window, name, { value: (...args: unknown[]) => note(`${name} ${args.join()}`) });
  }
  for (const name of ['log', 'info', 'warn', 'error', 'debug', 'dir', 'table'] as const)
    console[name] = (...args: unknown[]) => note(`console.${name} ${args.join()}`);
  window.addEventListener('DOMContentLoaded', () => {
    new MutationObserver((changes) => {
      for (const { target } of changes) note(`changes ${target.nodeName}`);
    }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  });
}

/** Does what a person's hand could do to every element, and looks at what it would lead to. */
function touchEverything(): void {
  const harm = (window as unknown as { harm: string[] }).harm;
  const events =
    'mouseover mouseenter mousemove mousedown pointerover focus blur input change submit toggle wheel copy';
  window.addEventListener('click', (event) => event.preventDefault(), { capture: true });
  for (const element of document.body.querySelectorAll('*')) {
    for (const name of [...events.split(' '), 'click']) element.dispatchEvent(new Event(name, { cancelable: true }));
    if (element instanceof HTMLFormElement) harm.push('a form is there');
    // An address that cannot be read leads nowhere.
    if (element instanceof HTMLAnchorElement && URL.canParse(element.href)) {
      if (!['http:', 'https:', 'mailto:', 'tel:'].includes(element.protocol)) harm.push(`leads to ${element.href}`);
    }
    for (const { name } of element.attributes) if (/^on/i.test(name)) harm.push(`${name} is there`);
  }
}

/** @param options.allowed requests that may be made, by their whole address. */
export async function watchedPage(
  browser: Browser,
  { url, allowed }: { url: string; allowed: (url: string) => boolean },
): Promise<WatchedPage> {
  const context = await browser.newContext();
  await context.addInitScript(hook);
  let body = '';
  const outside: string[] = [];
  await context.route('**', async (route) => {
    const asked = route.request().url();
    if (asked === url) return route.fulfill({ contentType: 'text/html; charset=utf-8', body });
    if (!allowed(asked) && !asked.endsWith('/favicon.ico')) outside.push(`asks for ${asked}`);
    return route.abort();
  });

  /** A fresh page each time: one that went away or hangs spoils no other. */
  async function load<T>(html: string, look: (page: Page) => Promise<T>): Promise<T> {
    body = `<!doctype html><html lang="en"><meta charset="utf-8"><title>x</title><body>${html}`;
    outside.length = 0;
    const page = await context.newPage();
    page.on('dialog', (dialog) => {
      outside.push(`dialog ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('popup', (popup) => outside.push(`opens ${popup.url()}`));
    page.on('framenavigated', (frame) => {
      if (frame === page.mainFrame() && frame.url() !== url) outside.push(`goes to ${frame.url()}`);
    });
    try {
      await page.goto(url, { waitUntil: 'domcontentloaded' });
      return await look(page);
    } finally {
      await page.close();
    }
  }

  return {
    harmOf: (html) =>
      load(html, async (page) => {
        const harm = async () => JSON.parse(await valueOf(context, page, 'JSON.stringify(window.harm)')) as string[];
        await page.waitForTimeout(PATIENCE_MS);
        const before = await harm();
        await valueOf(context, page, `(${touchEverything.toString()})(), ''`);
        return [...new Set([...before, ...(await harm()), ...outside])];
      }),
    runAlone: (documents, enough) => {
      const escaped = (text: string) => text.replace(/&/g, '&amp;').replace(/"/g, '&quot;');
      const frames = documents.map(
        (text, at) => `<iframe name="${at}" sandbox="allow-scripts" srcdoc="${escaped(text)}"></iframe>`,
      );
      const listen = `<script>ran = new Set(); addEventListener('message', ({ data }) => ran.add(data.ran))</script>`;
      return load(listen + frames.join(''), async (page) => {
        for (let look = 0; ; look += 1) {
          const ran = Number(await valueOf(context, page, 'String(window.ran.size)'));
          if (ran >= enough || look === LOOKS) return ran;
          await page.waitForTimeout(PATIENCE_MS);
        }
      });
    },
  };
}

/** Asks the page past what is hooked in it: the usual way would call its `eval`. */
async function valueOf(context: BrowserContext, page: Page, expression: string): Promise<string> {
  const session = await context.newCDPSession(page);
  const { result } = await session.send('Runtime.evaluate', { expression, returnByValue: true });
  return String(result.value);
}
