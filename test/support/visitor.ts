import type { Browser, BrowserContext, Page, Response } from 'playwright-core';

export interface VisitorOptions {
  url: string;
  /** The width of the window in CSS pixels; its height follows. */
  width?: number;
  scripts?: boolean;
  theme?: 'light' | 'dark';
  /** Of the browser: `en-GB`, `zh-CN`. */
  language?: string;
  /** A Cookie header of somebody who is signed in already. */
  cookie?: string;
}

/** Somebody with a browser window of their own. */
export interface Visitor {
  page: Page;
  context: BrowserContext;
  /** What must never happen on any page: errors in the console, broken policies, requests to other sites. */
  troubles: string[];
  /** Opens a path of the portal. */
  open(path: string): Promise<Response>;
  close(): Promise<void>;
}

/** Opens a window and watches everything that goes on in it. */
export async function visitor(browser: Browser, options: VisitorOptions): Promise<Visitor> {
  const { url, width = 1280, scripts = true, theme = 'light', language = 'en-GB', cookie } = options;
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width, height: width < 600 ? 844 : 900 },
    javaScriptEnabled: scripts,
    colorScheme: theme,
    locale: language,
    reducedMotion: 'reduce',
    // A browser without a window calls itself one, and what robots do is nobody's act.
    userAgent: `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${browser.version()} Safari/537.36`,
    ...(cookie !== undefined && { storageState: { cookies: cookiesOf(cookie, url), origins: [] } }),
  });
  const page = await context.newPage();
  const troubles: string[] = [];
  context.on('console', (message) => {
    // The browser notes every answer above 399 as an error; whether it may come is the test's business.
    const isStatus = message.text().startsWith('Failed to load resource: the server responded with a status of');
    if (['error', 'warning'].includes(message.type()) && !isStatus) troubles.push(`${page.url()}: ${message.text()}`);
  });
  context.on('weberror', (error) => troubles.push(`${page.url()}: ${error.error().message}`));
  context.on('request', (request) => {
    if (!request.url().startsWith(`${url}/`) && !request.url().startsWith('data:'))
      troubles.push(`${page.url()} asks for ${request.url()}`);
  });
  return {
    page,
    context,
    troubles,
    async open(path) {
      const response = await page.goto(path);
      if (!response) throw new Error(`${path} was not loaded anew.`);
      return response;
    },
    close: () => context.close(),
  };
}

function cookiesOf(header: string, url: string) {
  return header.split('; ').map((pair) => ({
    name: pair.slice(0, pair.indexOf('=')),
    value: pair.slice(pair.indexOf('=') + 1),
    domain: new URL(url).hostname,
    path: '/',
    expires: -1,
    httpOnly: true,
    secure: false,
    sameSite: 'Lax' as const,
  }));
}
