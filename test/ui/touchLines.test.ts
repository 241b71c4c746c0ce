import { describe, expect, test } from 'vitest';
import type { Touch } from '../../src/crm-bridge/index.ts';
import { locales, translator } from '../../src/platform/i18n/index.ts';
import { touchLine } from '../../src/ui/touchLines.ts';

const colleagues = [
  { id: 'r', name: 'Ravi' },
  { id: 'a', name: 'Ana' },
];

function touch(type: string, body: Touch['body'], actor = 'customer'): Touch {
  const at = '2026-11-06T10:00:00.000Z';
  return { id: type, occurredAt: at, type, channel: 'web', direction: 'inbound', actor, inquiry: null, body };
}

const article = { articleId: 'x', locale: 'en', slug: 'oil-the-table', title: 'Oil the table' };

const cases: [string, Touch, string, string][] = [
  ['search', touch('search.asked', { text: 'cracked', verdict: 'unsure' }), 'Searched “cracked”', '搜索“cracked”'],
  ['read', touch('article.read', article), 'Read “Oil the table”', '读了《Oil the table》'],
  [
    'rated',
    touch('article.rated', { ...article, helpful: false, comment: 'Too long' }),
    'Said “Oil the table” did not help',
    '反馈《Oil the table》没有帮助',
  ],
  ['viewed', touch('order.viewed', { order: 'KW-1' }), 'Looked at order KW-1', '查看订单KW-1'],
  ['late', touch('order.late', { order: 'KW-1' }, 'system'), 'Order KW-1 is late', '订单KW-1延误'],
  [
    'mailed',
    touch('mail.sent', { mail: 'order.late', order: 'KW-1' }, 'system'),
    'We mailed that order KW-1 is late',
    '已寄出订单KW-1的延误通知',
  ],
  ['opened', touch('ticket.opened', { ticket: 'W-1', subject: 'S' }), 'Opened W-1', '提出W-1'],
  ['answered', touch('ticket.answered', { ticket: 'W-1' }), 'Wrote to W-1', '给W-1写了消息'],
  ['replied', touch('ticket.replied', { ticket: 'W-1' }, 'staff:r'), 'Ravi answered W-1', 'Ravi回复了W-1'],
  ['noted', touch('ticket.noted', { ticket: 'W-1' }, 'staff:r'), 'Ravi left a note on W-1', 'Ravi在W-1留了备注'],
  [
    'given',
    touch('ticket.assigned', { ticket: 'W-1', assignee: 'a' }, 'staff:r'),
    'Ravi gave W-1 to Ana',
    'Ravi把W-1分派给Ana',
  ],
  ['taken', touch('ticket.assigned', { ticket: 'W-1', assignee: 'r' }, 'staff:r'), 'Ravi took W-1', 'Ravi接下了W-1'],
  [
    'put back',
    touch('ticket.assigned', { ticket: 'W-1', assignee: null }, 'staff:r'),
    'Ravi put W-1 back for anybody',
    'Ravi放回了W-1，无人负责',
  ],
  [
    'state',
    touch('ticket.state_changed', { ticket: 'W-1', from: 'open', to: 'solved' }, 'staff:gone'),
    'A colleague set W-1 to “Solved”',
    '一位同事把W-1设为“已解决”',
  ],
  ['solved', touch('ticket.solved', { ticket: 'W-1' }), 'Said that W-1 is solved', '表示W-1已解决'],
  [
    'ended',
    touch('inquiry.answered', { title: 'Oil the table' }),
    'Said that “Oil the table” answered it',
    '表示《Oil the table》已解答',
  ],
  [
    'mailed',
    touch('mail.sent', { mail: 'replied', ticket: 'W-1' }, 'system'),
    'We mailed our answer on W-1',
    '我们寄出对W-1的回复',
  ],
  ['another mail', touch('mail.sent', { mail: 'newsletter' }, 'system'), 'We sent a mail', '我们寄出一封邮件'],
];

describe('touches in words', () => {
  test.each(cases)('%s', (_, told, english, chinese) => {
    expect(touchLine(translator('en'), told, colleagues).text).toBe(english);
    expect(touchLine(translator('zh-cn'), told, colleagues).text).toBe(chinese);
  });

  test('lead to what they are about', () => {
    const tr = translator('en');
    expect(touchLine(tr, touch('article.read', article)).href).toBe('/en/articles/oil-the-table');
    expect(touchLine(tr, touch('ticket.opened', { ticket: 'W-1' })).href).toBe('/staff/tickets/W-1');
    expect(touchLine(tr, touch('article.read', { title: 'x', locale: 'xx', slug: 'y' })).href).toBeUndefined();
  });

  test.each(locales)('what nobody foresaw is shown plainly, whatever it holds (%s)', (locale) => {
    const tr = translator(locale);
    for (const odd of [{}, { text: 5, ticket: {}, title: null, to: 'odd', assignee: [] }]) {
      for (const [, { type }] of cases) expect(touchLine(tr, touch(type, odd)).text, type).not.toBe('');
    }
    const told = { number: 7, topic: 'A late\n delivery', more: { deep: 1 }, list: [1], none: null };
    expect(touchLine(tr, touch('visit.paid', told))).toEqual({
      text: 'visit.paid',
      note: 'number: 7 · topic: A late delivery',
    });
    expect(touchLine(tr, touch('visit.paid', { value: 'x'.repeat(300) })).note).toBe('x'.repeat(200));
    expect(touchLine(tr, touch('visit.paid', {}))).toEqual({ text: 'visit.paid', note: undefined });
    expect(touchLine(tr, touch('toString', {})).text).toBe('toString');
    expect(touchLine(tr, touch('search.asked', null))).toEqual({
      text: 'search.asked',
      note: tr.t('staff.touch.forgotten'),
    });
  });
});
