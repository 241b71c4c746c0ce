import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { translator } from '../../src/platform/i18n/index.ts';
import { launchChromium } from '../support/chromium.ts';
import { startPortal, type TestPortal } from '../support/portal.ts';
import { visitor } from '../support/visitor.ts';
import { stories } from './customer.ts';
import { makeScene, statesOf, type Scene, type State } from './states.ts';

const t = translator('en', { timeZone: 'Europe/Berlin' });

let browser: Browser;
let portal: TestPortal;
let scene: Scene;
beforeAll(async () => {
  [browser, portal] = await Promise.all([launchChromium(), startPortal()]);
  scene = await makeScene(portal, 'en');
});
afterAll(async () => {
  await browser.close();
  await portal.close();
});

const pages = [
  'home',
  'search, found',
  'article',
  'ask, faulty',
  'sign up',
  'tickets',
  'ticket, long',
  'account',
  'desk',
  'desk ticket',
  'bridge',
];

it.for(pages)('every control of “%s” is reached by Tab at 320 px, and shows it', async (name) => {
  const state = statesOf(scene, 'en').find((each) => each.name === name) as State;
  const cookie = state.who === 'guest' ? undefined : scene.people[state.who].cookie;
  const { page, close } = await visitor(browser, {
    url: portal.url,
    width: 320,
    ...(cookie !== undefined && { cookie }),
  });
  await page.goto(state.path);
  const wanted = await markControls(page);
  expect(wanted.length).toBeGreaterThan(5);
  const reached = new Set<string>();
  const unseen: string[] = [];
  for (let step = 0; step < wanted.length * 2 + 10; step++) {
    await page.keyboard.press('Tab');
    const { mark, shows } = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement | null;
      // A field without a frame shows its focus on the box around it.
      const box = element?.matches(
        '.search-field input, .composer textarea, .order-row a, input[type=file], input[type=radio]',
      )
        ? element.closest('form, label, fieldset, .upload, .order-row')
        : element;
      const outlined = [element, box].some((each) => {
        if (!each) return false;
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(each);
        return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
      });
      return { mark: element?.dataset['mark'] ?? '', shows: outlined };
    });
    if (mark === '') continue;
    if (!shows) unseen.push(mark);
    if (reached.has(mark) && reached.size === wanted.length) break;
    reached.add(mark);
  }
  expect(wanted.filter((mark) => !reached.has(mark))).toEqual([]);
  expect([...new Set(unseen)]).toEqual([]);
  await close();
});

/** Gives every control that can be seen a mark. Of radio buttons that belong together one is on the way of Tab. */
function markControls(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const controls = [...document.querySelectorAll<HTMLElement>('a[href], button, input, select, textarea, summary')];
    const groups = new Set<string>();
    const marks: string[] = [];
    for (const control of controls) {
      if (
        control.matches('[type=hidden], [tabindex="-1"], :disabled') ||
        !control.checkVisibility({ visibilityProperty: true })
      )
        continue;
      if (control instanceof HTMLInputElement && control.type === 'radio') {
        const { name } = control;
        const chosen = control.form?.querySelector(`input[name="${name}"]:checked`);
        if (groups.has(name) || (chosen && chosen !== control)) continue;
        groups.add(name);
      }
      const mark = `${marks.length} ${control.tagName} ${(control.textContent || control.getAttribute('name') || '').trim().slice(0, 30)}`;
      control.dataset['mark'] = mark;
      marks.push(mark);
    }
    return marks;
  });
}

it('a question is searched, read about and asked without a mouse', async () => {
  const { page, close, troubles } = await visitor(browser, {
    url: portal.url,
    width: 320,
    cookie: scene.people.newcomer.cookie,
  });
  const { question, article, body } = stories.en;
  await page.goto('/en/');
  await page.keyboard.press('/');
  await page.keyboard.type(question);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/search?*');
  await tabTo(page, article.title);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/articles/**');
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe(t.t('common.skip'));
  await page.keyboard.press('Enter');
  await tabTo(page, t.t('common.wayOn.button'), 'main');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/ask?*');
  await page.getByLabel(t.t('ask.body')).focus();
  await page.keyboard.type(body);
  await tabTo(page, t.t('ask.send'), 'main');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/tickets/W-**');
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(question);
  expect(troubles).toEqual([]);
  await close();
});

/** Presses Tab until something with these words has the focus. */
async function tabTo(page: Page, words: string, within = 'body'): Promise<void> {
  for (let step = 0; step < 80; step++) {
    await page.keyboard.press('Tab');
    const found = await page.evaluate(
      ([selector = '', text]) => {
        const element = document.activeElement;
        return element?.closest(selector) !== null && element?.textContent?.trim() === text;
      },
      [within, words],
    );
    if (found) return;
  }
  throw new Error(`Tab does not lead to “${words}”.`);
}
