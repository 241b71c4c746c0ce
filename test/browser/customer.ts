import { expect } from 'vitest';
import type { Page } from 'playwright-core';
import type { Translator } from '../../src/platform/i18n/index.ts';
import type { Visitor } from '../support/visitor.ts';

/** What one customer says, in their own words. */
export interface Story {
  question: string;
  article: { slug: string; title: string };
  body: string;
  photo: { name: string; mimeType: string; buffer: Buffer };
  answer: string;
}

export const stories: Record<'en' | 'zh-cn', Story> = {
  en: {
    question: 'my new chair rocks on the floor',
    article: { slug: 'chair-wobbles', title: 'A chair wobbles after assembly' },
    body: 'I did all five steps twice.\n\nIt still rocks, on the stone worktop as well.',
    photo: { name: 'one short leg.txt', mimeType: 'text/plain', buffer: Buffer.from('the left leg is 3 mm short') },
    answer: 'The label says KQRT.\nThere is a second line.',
  },
  'zh-cn': {
    question: '新椅子放在地上总是摇晃',
    article: { slug: 'chair-wobbles', title: '椅子装好以后摇晃怎么办' },
    body: '五个步骤我做了两遍。\n\n放在石台上还是晃。',
    photo: { name: '短了一截的椅腿.txt', mimeType: 'text/plain', buffer: Buffer.from('左腿短3毫米') },
    answer: '标签上写的是KQRT。\n这里还有第二行。',
  },
};

/** Who walks the path, and how. */
export interface Walker extends Visitor {
  t: Translator;
  story: Story;
  /** Set for somebody who is not signed in. */
  guest: { name: string; email: string } | null;
}

export async function signIn({ page, open }: Visitor, t: Translator, person: { email: string; password: string }) {
  await open(`/${t.locale}/sign-in`);
  await page.getByLabel(t.t('accounts.email'), { exact: true }).fill(person.email);
  await page.getByLabel(t.t('accounts.password'), { exact: true }).fill(person.password);
  await press(page, t.t('accounts.signIn.button'));
  await page.waitForURL((url) => !url.pathname.endsWith('/sign-in'));
}

/** From the home page to the article that the search finds, and "not quite" under it. */
export async function searchAndRead({ page, open, t, story }: Walker): Promise<void> {
  await open(`/${t.locale}/`);
  await page.getByLabel(t.t('common.search.label')).fill(story.question);
  await press(page, t.t('common.search.button'));
  await page.waitForURL('**/search?*');
  expect(await page.getByRole('searchbox').or(page.getByRole('combobox')).first().inputValue()).toBe(story.question);
  await page.locator('main').getByRole('link', { name: story.article.title }).first().click();
  await page.waitForURL(`**/articles/${story.article.slug}?*`);
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(story.article.title);

  const feedback = page.getByRole('region', { name: t.t('article.feedback') });
  await feedback.locator('summary').click();
  await feedback.getByLabel(t.t('article.feedback.reason.failed')).check();
  await feedback.getByRole('button', { name: t.t('article.feedback.send') }).click();
  await page.waitForURL('**helped=no**');
  expect(await feedback.textContent()).toContain(t.t('article.feedback.thanks.no'));
}

/** From the article to the form, which knows the question already, and out of it. */
export async function ask({ page, t, story, guest }: Walker): Promise<void> {
  await page
    .getByRole('complementary')
    .getByRole('link', { name: t.t('common.wayOn.button') })
    .click();
  await page.waitForURL(`**/${t.locale}/ask?*`);
  expect(await page.getByLabel(t.t('ask.subject')).inputValue()).toBe(story.question);
  await page.getByLabel(t.t('ask.body')).fill(story.body);
  await page.getByLabel(t.t('common.files.choose')).setInputFiles(story.photo);
  if (guest) {
    await page.getByLabel(t.t('ask.name')).fill(guest.name);
    await page.getByLabel(t.t('ask.email')).fill(guest.email);
  }
  await press(page, t.t('ask.send'));
  await page.waitForURL(guest ? '**/ask/sent?*' : '**/tickets/W-*');
}

/** What the customer wrote and sent stands on the page, and the file comes back as it went. */
export async function readOwnTicket({ page, context, t, story }: Walker): Promise<void> {
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(story.question);
  expect(await page.locator('.ticket-state').textContent()).toContain(t.t('tickets.state.open'));
  expect(await messageBodies(page)).toEqual([story.body]);
  const link = page.getByRole('link', { name: story.photo.name });
  const file = await context.request.get((await link.getAttribute('href')) ?? '');
  expect(file.headers()['content-disposition']).toMatch(/^attachment/);
  expect(await file.body()).toEqual(story.photo.buffer);
}

export async function answer({ page, t, story }: Walker): Promise<void> {
  await page.getByLabel(t.t('tickets.reply'), { exact: true }).fill(story.answer);
  await press(page, t.t('tickets.reply.send'));
  await page.waitForURL('**done=reply');
}

/** The messages as they read, oldest first, blank lines between paragraphs. */
export async function messageBodies(page: Page): Promise<string[]> {
  return page
    .locator('.message .prose')
    .evaluateAll((texts) =>
      texts.map((text) => [...text.querySelectorAll('p')].map((part) => part.textContent).join('\n\n')),
    );
}

export async function press(page: Page, name: string): Promise<void> {
  await page.locator('main').getByRole('button', { name, exact: true }).click();
}
