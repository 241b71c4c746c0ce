import type { Browser, BrowserContext, Page } from 'playwright-core';

/** HTML that the portal made, and what it is. */
export interface HostileDocument {
  name: string;
  html: string;
  /** It brings its own styles, as mails do; what they ask of others is seen all the same. */
  isStyled?: boolean;
}

/** Opens documents without any policy of ours, and tells what they do or hold that should not be. */
export interface HostileFrames {
  harmOf(documents: readonly HostileDocument[]): Promise<string[]>;
  close(): Promise<void>;
}

/** How long documents are given to do harm once they are loaded, in milliseconds. */
const PATIENCE_MS = 120;
const AT_ONCE = 40;

/** Replaces what payloads call by what notes the call, in each frame before anything of it runs. */
function hook(): void {
  const harm: string[] = [];
  Object.defineProperty(window, 'harm', { value: harm });
  const names = ['alert', 'prompt', 'confirm', 'print', 'open', 'fetch', ...(window === window.top ? [] : ['eval'])];
  for (const name of names) {
    Object.defineProperty(window, name, { value: (...args: unknown[]) => harm.push(`${name} ${args.join()}`) });
  }
  if (window !== window.top)
    for (const name of ['log', 'info', 'warn', 'error'] as const)
      console[name] = (...args: unknown[]) => harm.push(`console.${name} ${args.join()}`);
}

/**
 * What each frame has done, and what it holds that a payload would have made. Our own scripts are not there, so whatever
 * listens to a person's hand is an attribute that is told.
 */
function lookInto(styled: boolean[]): string[][] {
  const bad = 'iframe,frame,object,embed,applet,base,meta[http-equiv],portal,frameset,marquee,audio,video';
  const addresses = ['href', 'src', 'action', 'formaction', 'data', 'poster', 'background', 'ping', 'srcset'];
  const faultOf = (element: Element, { name, value }: Attr): string | null => {
    const what = `${element.localName}[${name}=${value.slice(0, 80)}]`;
    if (/^on/i.test(name) || name === 'srcdoc') return what;
    if (!addresses.includes(name.replace(/^.*:/, ''))) return null;
    const url = URL.parse(value, location.href);
    if (!url) return null;
    const isHere = url.origin === location.origin;
    if (element.localName === 'a') return isHere || /^(https?|mailto|tel):$/.test(url.protocol) ? null : what;
    return isHere || (element.localName === 'img' && value.startsWith('data:image/')) ? null : what;
  };
  return [...document.querySelectorAll('iframe')].map((frame, at) => {
    // Null once it is another site's.
    const page = frame.contentDocument;
    const inside = page?.defaultView as (Window & { harm?: string[] }) | null | undefined;
    if (!page || !inside?.harm) return ['went away'];
    const found: string[] = [];
    for (const element of page.querySelectorAll('*')) {
      if (element.matches(bad) || (!styled[at] && element.matches('style, [style]')))
        found.push(`${element.localName} is there`);
      if (element.localName === 'script' && !/^\/_astro\/[\w.-]+$/.test(element.getAttribute('src') ?? '')) {
        const isData = element.getAttribute('type') === 'application/ld+json' && element.attributes.length === 1;
        if (!isData) found.push(`script is there: ${element.outerHTML.slice(0, 80)}`);
      }
      for (const attribute of element.attributes) {
        const fault = faultOf(element, attribute);
        if (fault) found.push(fault);
      }
    }
    return [...new Set([...inside.harm, ...found])];
  });
}

/** @param options.url the portal's address: what its documents ask of it is not answered, anybody else must not be asked. */
export async function hostileFrames(browser: Browser, { url }: { url: string }): Promise<HostileFrames> {
  const context = await browser.newContext();
  await context.addInitScript(hook);
  return {
    async harmOf(documents) {
      const harm: string[] = [];
      for (let at = 0; at < documents.length; at += AT_ONCE)
        harm.push(...(await harmOfSome(context, url, documents.slice(at, at + AT_ONCE))));
      return harm;
    },
    close: () => context.close(),
  };
}

/** Our own scripts and styles, of which nothing is looked at: each would be asked for and not answered. */
const assets =
  /<(?:link|script|img)\b[^<>]*?\s(?:href|src)="\/(?:_astro\/[\w.-]+|[\w-]+\.(?:svg|ico|png))"[^<>]*>(?:<\/script>)?/g;

const quoted = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');

async function harmOfSome(
  context: BrowserContext,
  url: string,
  documents: readonly HostileDocument[],
): Promise<string[]> {
  const page = await context.newPage();
  const outside = watch(page, url);
  const frames = documents
    .map(({ html }) => `<iframe srcdoc="${quoted(html.replaceAll(assets, ''))}"></iframe>`)
    .join('\n');
  const body = `<!doctype html><html lang="en"><meta charset="utf-8"><title>x</title><body>${frames}`;
  await page.route('**', async (route) => {
    const asked = route.request().url();
    if (asked === `${url}/~frames`) return route.fulfill({ contentType: 'text/html; charset=utf-8', body });
    if (!asked.startsWith(`${url}/`) && !asked.startsWith('data:')) outside.push(`asks for ${asked}`);
    return route.abort();
  });
  try {
    await page.goto(`${url}/~frames`);
    await page.waitForTimeout(PATIENCE_MS);
    const all = await page.evaluate(
      lookInto,
      documents.map(({ isStyled }) => isStyled === true),
    );
    const top = (await page.evaluate('window.harm')) as string[];
    const named = all.flatMap((found, at) => found.map((what) => `${documents[at]?.name}: ${what}`));
    return [
      ...named,
      ...[...top, ...outside].map((what) => `${documents[0]?.name} and ${documents.length - 1} more: ${what}`),
    ];
  } catch (error) {
    // What takes the page away cannot be asked any more.
    return [...outside, `${documents[0]?.name} and ${documents.length - 1} more: ${String(error)}`];
  } finally {
    await page.close();
  }
}

/** What shows outside a document: dialogs, windows, going elsewhere. */
function watch(page: Page, url: string): string[] {
  const seen: string[] = [];
  page.on('dialog', (dialog) => {
    seen.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('popup', (popup) => seen.push(`opens ${popup.url()}`));
  page.on('framenavigated', (frame) => {
    const isOurs = ['about:srcdoc', 'about:blank', `${url}/~frames`].includes(frame.url());
    if (!isOurs) seen.push(`goes to ${frame.url()}`);
  });
  return seen;
}
