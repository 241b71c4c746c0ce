import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { htmlLang, locales, type Locale } from '../../src/platform/i18n/index.ts';
import { axeScript, findings, type Rules } from '../support/axe.ts';
import { caller } from '../support/caller.ts';
import { launchChromium } from '../support/chromium.ts';
import { startPortal, type TestPortal } from '../support/portal.ts';
import { visitor } from '../support/visitor.ts';
import { startTroubledPortal } from '../support/troubledPortal.ts';
import { makeScene, onceADay, show, statesOf, troubledStates, type Scene, type State } from './states.ts';

const MINUTES = { timeout: 240_000 };

let browser: Browser;
let portal: TestPortal;
let troubled: TestPortal;
const scenes = new Map<Locale, Scene>();
beforeAll(async () => {
  [browser, portal, troubled] = await Promise.all([launchChromium(), startPortal(), startTroubledPortal()]);
  // One try a day is all that it takes.
  const { login, question } = onceADay;
  for (const [page, form] of [
    ['sign-in', login],
    ['ask', question],
  ] as const)
    await caller(troubled).post(`/en/${page}`, form);
  for (const locale of locales) scenes.set(locale, await makeScene(portal, locale));
});
afterAll(async () => {
  await browser.close();
  await portal.close();
  await troubled.close();
});

/** Looks at a page in both themes and three widths. @returns what is wrong with it, in words. */
async function faultsOf(page: Page, lang: string): Promise<string[]> {
  const faults: string[] = [];
  const look = async (width: number, theme: 'light' | 'dark', rules: Rules): Promise<void> => {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: theme });
    for (const finding of await findings(page, rules)) faults.push(`${width} ${theme}: ${finding}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (wide > 0) faults.push(`${width} ${theme}: ${wide} px wider than the window`);
  };
  await look(320, 'light', 'all');
  // Both languages have the same elements in the same colours; what Chinese could change are sizes.
  if (lang === 'en') await look(320, 'dark', 'colours');
  await look(768, 'dark', 'sizes');
  // Other elements are seen here than on a phone.
  if (lang === 'en') await look(1280, 'dark', 'colours');
  await look(1280, 'light', lang === 'en' ? 'all' : 'sizes');
  const about = await page.evaluate(() => ({
    lang: document.documentElement.lang,
    title: document.title,
    headings: [...document.querySelectorAll('h1')].map((heading) => heading.textContent.trim()),
    doubled: [...document.querySelectorAll('[id]')].filter(
      ({ id }) => document.querySelectorAll(`#${CSS.escape(id)}`).length > 1,
    ).length,
  }));
  if (about.lang !== lang) faults.push(`its language is ${about.lang}`);
  if (about.title === '') faults.push('it has no title');
  if (about.headings.length !== 1 || about.headings[0] === '') faults.push(`its h1: ${JSON.stringify(about.headings)}`);
  if (about.doubled > 0) faults.push(`${about.doubled} elements share an id`);
  return faults;
}

it.for(locales)('no finding on any page and state, light and dark, at three widths (%s)', MINUTES, async (locale) => {
  const scene = scenes.get(locale);
  if (!scene) throw new Error('There is no scene.');
  const states = statesOf(scene, locale);
  const everybody = ['guest', ...(Object.keys(scene.people) as (keyof Scene['people'])[])] as const;
  const rounds = everybody.map((who) => ({
    window: { url: portal.url, ...(who !== 'guest' && { cookie: scene.people[who].cookie }) },
    states: states.filter((each) => each.who === who),
  }));
  rounds.push({ window: { url: troubled.url }, states: troubledStates(locale) });
  // Windows side by side, each with one person at a time.
  const faults = await Promise.all(rounds.map((round) => faultsIn(round.window, round.states, locale)));
  expect(faults.flat()).toEqual([]);
});

async function faultsIn(window: { url: string; cookie?: string }, states: State[], locale: Locale): Promise<string[]> {
  // The page decides, not the browser.
  const seen = await visitor(browser, { ...window, language: locale === 'en' ? 'zh-CN' : 'en-GB' });
  await seen.context.addInitScript(axeScript());
  const faults: string[] = [];
  for (const state of states) {
    const status = await show(seen.page, state);
    const wanted = state.status ?? 200;
    if (status !== wanted) faults.push(`${state.name}: ${wanted} expected, ${status} came`);
    const about = await faultsOf(seen.page, htmlLang(locale));
    faults.push(...about.map((fault) => `${state.name}, ${fault}`));
  }
  faults.push(...seen.troubles);
  await seen.close();
  return faults;
}

it('finds what is wrong: the measure is measured', async () => {
  const { page, context, close } = await visitor(browser, { url: portal.url });
  await context.addInitScript(axeScript());
  await page.goto('/en/');
  await page.evaluate(() => {
    const main = document.querySelector('main');
    if (!main) return;
    main.insertAdjacentHTML('beforeend', '<img src="/favicon.ico"><p id="pale">pale</p><h1>Two</h1>');
    main.insertAdjacentHTML('beforeend', '<div id="wide"></div><button id="tiny">x</button><button>y</button>');
    const style = (id: string, name: string, value: string): void =>
      document.getElementById(id)?.style.setProperty(name, value);
    style('pale', 'color', '#ddd');
    style('wide', 'width', '2000px');
    style('wide', 'height', '10px');
    style('tiny', 'font-size', '4px');
  });
  const faults = (await faultsOf(page, 'zh-CN')).join('\n');
  for (const rule of ['image-alt', 'color-contrast', 'wider than the window', 'its h1', 'its language is en'])
    expect(faults).toContain(rule);
  await close();
});
