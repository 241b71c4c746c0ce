import { expect } from 'vitest';
import { translator, type Locale } from '../../src/platform/i18n/index.ts';
import type { TestPerson } from '../support/portal.ts';
import type { Visitor } from '../support/visitor.ts';
import { press, signIn, type Story } from './customer.ts';

/** What Ravi writes. The note's `KQ-4711` must never reach a customer. */
export const replies: Record<Locale, { note: string; text: string }> = {
  en: {
    note: 'Batch KQ-4711 again: tell the workshop.',
    text: 'Thank you for measuring.\n\nWhich four letters stand on the label under the seat?',
  },
  'zh-cn': {
    note: '又是KQ-4711这一批，通知工坊。',
    text: '谢谢您量了尺寸。\n\n座板下面的标签上是哪四个字母？',
  },
};

const t = translator('en', { timeZone: 'Europe/Berlin' });

/** Ravi signs in, finds the ticket, sees the way the customer came, leaves a note and replies. */
export async function answerAtDesk(
  desk: Visitor,
  about: { ravi: TestPerson; number: string; locale: Locale; story: Story; customer: { name: string } },
): Promise<void> {
  const { page, open } = desk;
  const { ravi, number, locale, story, customer } = about;
  await signIn(desk, t, ravi);
  await open('/staff/tickets');
  await page.locator('main').getByRole('link', { name: story.question }).click();
  await page.waitForURL(`**/staff/tickets/${number}`);
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(story.question);

  const beside = page.locator('main').getByRole('complementary');
  const way = (await beside.allTextContents()).join('\n');
  expect(way).toContain(story.question);
  expect(way).toContain(story.article.title);
  expect(way).toContain(translator(locale).t('article.feedback.reason.failed'));

  await page.getByLabel(t.t('staff.ticket.note'), { exact: true }).check();
  await page.getByLabel(t.t('staff.ticket.message'), { exact: true }).fill(replies[locale].note);
  await press(page, t.t('staff.ticket.send'));
  await page.waitForURL('**done=staff**');
  await page.getByLabel(t.t('staff.ticket.reply', { name: customer.name }), { exact: true }).check();
  await page.getByLabel(t.t('staff.ticket.message'), { exact: true }).fill(replies[locale].text);
  await press(page, t.t('staff.ticket.sendAndWait'));
  await page.waitForURL('**done=customer**');
}
