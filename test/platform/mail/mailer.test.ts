import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '../../../src/platform/log/index.ts';
import { composeMail, createMailer, type Mail } from '../../../src/platform/mail/index.ts';
import { heldRuntime } from '../../support/heldRuntime.ts';

const log = createLog({ level: 'silent' });
const from = 'Kitewood Help <help@kitewood.example>';
const mail: Mail = {
  to: 'mei@kitewood.example',
  subject: '八块床头板：Two of eight',
  text: '可以。\nYes.',
  html: '<p>可以。</p>',
  key: 'mail.reply:0193/7',
};

describe('mails in a folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'waypost-mail-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  const mailer = () => createMailer({ folder: join(folder, 'mail'), from, runtime: heldRuntime(), log });
  const written = () =>
    readdirSync(join(folder, 'mail')).map((name) => readFileSync(join(folder, 'mail', name), 'utf8'));

  it('are complete, and the same file when they are sent again', async () => {
    const { messageId } = await mailer().send(mail);
    const [first] = written();
    expect(await mailer().send(mail)).toEqual({ messageId });
    expect(written()).toEqual([first]);
    expect(readdirSync(join(folder, 'mail'))[0]).toMatch(/^mail-reply-0193-7-[0-9a-f]{12}\.eml$/);
    expect(messageId).toMatch(/^<[0-9a-f]{32}@kitewood\.example>$/);
    expect(first).toContain(`Message-ID: ${messageId}\r\n`);
    expect(first).toContain('From: Kitewood Help <help@kitewood.example>\r\n');
    expect(first).toContain('To: mei@kitewood.example\r\n');
    expect(first).toContain('Date: Mon, 23 Nov 2026 18:00:00 +0000\r\n');
    expect(first).toContain('Auto-Submitted: auto-generated\r\n');
    expect(first).toContain('Content-Type: multipart/alternative');
    expect(first).toContain('Content-Type: text/plain; charset=utf-8');
    expect(first).toContain('Content-Type: text/html; charset=utf-8');
  });

  it('of different keys are different files, however alike the keys look', async () => {
    for (const key of ['a/b', 'a-b', 'a b', '../a/b']) await mailer().send({ ...mail, key });
    expect(written()).toHaveLength(4);
  });

  it('carry who wrote, where to answer and further headers', async () => {
    await mailer().send({
      ...mail,
      fromName: 'Ravi Menon, Kitewood Help',
      replyTo: 'reply+w-2087@kitewood.example',
      headers: { 'In-Reply-To': '<x@kitewood.example>', 'List-Unsubscribe': '<https://help.kitewood.example/u>' },
    });
    const [text] = written();
    expect(text).toContain('From: "Ravi Menon, Kitewood Help" <help@kitewood.example>\r\n');
    expect(text).toContain('Reply-To: reply+w-2087@kitewood.example\r\n');
    expect(text).toContain('In-Reply-To: <x@kitewood.example>\r\n');
    expect(text).toContain('List-Unsubscribe: <https://help.kitewood.example/u>\r\n');
  });

  it.each([
    'mei@kitewood.example\r\nBcc: all@kitewood.example',
    'mei@kitewood.example, tom@kitewood.example',
    'Mei <mei@kitewood.example>',
    'friends: mei@kitewood.example;',
    '"mei\r\n"@kitewood.example',
    'mei@kitewood.example ',
    'mei',
    'mei@kitewood.example\u2028',
    '',
  ])('never go to %j', async (to) => {
    await expect(mailer().send({ ...mail, to })).rejects.toMatchObject({ code: 'park' });
    await expect(mailer().send({ ...mail, replyTo: to })).rejects.toMatchObject({ code: 'park' });
  });

  it.each([
    { 'X-A': 'b\r\nBcc: all@kitewood.example' },
    { 'X-A\r\nBcc': 'all@kitewood.example' },
    { Bcc: 'all@kitewood.example' },
    { 'content-type': 'text/html' },
    { 'X A': 'b' },
  ])('refuse the header %j', async (headers) => {
    await expect(mailer().send({ ...mail, headers })).rejects.toMatchObject({ code: 'park' });
  });

  it('have one line of subject and sender, whatever comes in', async () => {
    const evil = 'Hello\r\nBcc: all@kitewood.example\u2028\u0000there';
    await mailer().send({ ...mail, subject: evil, fromName: evil });
    const [text = ''] = written();
    const head = text.slice(0, text.indexOf('\r\n\r\n'));
    expect(head).toContain('Subject: Hello Bcc: all@kitewood.example there\r\n');
    expect(head.split('\r\n').filter((line) => /^bcc/i.test(line))).toEqual([]);
  });

  it('refuse a sender that is no address', () => {
    expect(() => createMailer({ folder, from: 'nobody', runtime: heldRuntime(), log })).toThrow('nobody');
  });
});

describe('mails over SMTP', () => {
  let server: Server;
  const received: string[] = [];
  let rcptAnswer = '250 OK';
  let authAnswer = '235 OK';

  beforeEach(async () => {
    received.length = 0;
    rcptAnswer = '250 OK';
    authAnswer = '235 OK';
    server = createServer((socket) => {
      let inData = false;
      let buffer = '';
      socket.write('220 mail.example\r\n');
      socket.on('data', (chunk) => {
        buffer += chunk.toString();
        for (;;) {
          const end = inData ? buffer.indexOf('\r\n.\r\n') : buffer.indexOf('\r\n');
          if (end < 0) return;
          const line = buffer.slice(0, end);
          buffer = buffer.slice(end + (inData ? 5 : 2));
          if (inData) {
            received.push(line);
            inData = false;
            socket.write('250 queued\r\n');
          } else if (/^EHLO/i.test(line)) socket.write('250-mail.example\r\n250-AUTH PLAIN\r\n250 SMTPUTF8\r\n');
          else if (/^AUTH/i.test(line)) socket.write(`${authAnswer}\r\n`);
          else if (/^RCPT/i.test(line)) socket.write(`${rcptAnswer}\r\n`);
          else if (/^DATA/i.test(line)) {
            inData = true;
            socket.write('354 go on\r\n');
          } else if (/^QUIT/i.test(line)) socket.end('221 bye\r\n');
          else socket.write('250 OK\r\n');
        }
      });
      socket.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    await new Promise((resolve) => server.close(resolve));
  });

  async function send(user = ''): Promise<unknown> {
    const { port } = server.address() as AddressInfo;
    const mailer = createMailer({ smtpUrl: `smtp://${user}127.0.0.1:${port}`, from, runtime: heldRuntime(), log });
    try {
      return await mailer.send(mail);
    } finally {
      await mailer.close();
    }
  }

  it('arrive with the Message-ID of their key', async () => {
    expect(await send()).toEqual({ messageId: expect.stringMatching(/^<[0-9a-f]{32}@kitewood\.example>$/) as string });
    expect(received).toHaveLength(1);
    expect(received[0]).toContain('Auto-Submitted: auto-generated');
  });

  it('are parked when the address is refused for good, and tried again when it is refused for now', async () => {
    rcptAnswer = '550 5.1.1 no such user';
    await expect(send()).rejects.toMatchObject({ code: 'park' });
    rcptAnswer = '451 4.7.1 greylisted';
    await expect(send()).rejects.not.toMatchObject({ code: 'park' });
    expect(received).toEqual([]);
  });

  it('are tried again when our own sign-in is refused: that can be mended', async () => {
    authAnswer = '535 5.7.8 wrong password';
    await expect(send('user:secret@')).rejects.not.toMatchObject({ code: 'park' });
  });
});

describe('a composed mail', () => {
  const evil = `<script>alert("x")</script> & 'y' <b>`;
  const content = {
    lang: 'en',
    brand: { name: 'Kitewood', help: 'Help' },
    subject: evil,
    preheader: evil,
    heading: evil,
    body: [
      { kind: 'note', words: evil },
      { kind: 'message', text: `${evil}\nsecond line\n\n\nsecond paragraph` },
      { kind: 'state', state: 'Waiting for you.', words: ['Answer, ', { strong: evil }] },
      { kind: 'button', label: evil, href: 'https://help.kitewood.example/en/tickets/W-1?a=1&b="2"' },
      { kind: 'subheading', text: 'Before that' },
      { kind: 'earlier', who: 'You', when: 'Fri 6 Nov, 09:10', text: `Wednesday works.\n${evil}` },
      { kind: 'lines', lines: ['2 × Alder chair', evil] },
      { kind: 'code', digits: '482 017' },
    ],
    foot: [['You get this because. ', { link: 'Choose', href: 'https://help.kitewood.example/en/account' }], evil],
  } as const;

  it('holds every text escaped, whatever stands in it', () => {
    const { html } = composeMail(content);
    expect(html).not.toContain('<script');
    expect(html).not.toContain('<b>');
    expect(html.split('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;y&#39; &lt;b&gt;')).toHaveLength(
      11,
    );
    expect(html).toContain('href="https://help.kitewood.example/en/tickets/W-1?a=1&amp;b=&quot;2&quot;"');
    expect(html).toContain('<br>second line</p><p');
    expect(html).toContain('@media (prefers-color-scheme: dark)');
    expect(html.slice(html.indexOf('<style>'), html.indexOf('</style>'))).not.toContain('&');
  });

  it('says the same as plain text', () => {
    const { text } = composeMail({ ...content, heading: 'Ravi Menon answered' });
    expect(text).toBe(
      [
        'Ravi Menon answered',
        evil,
        `${evil}\nsecond line\n\n\nsecond paragraph`,
        `Waiting for you. Answer, ${evil}`,
        `${evil}:\nhttps://help.kitewood.example/en/tickets/W-1?a=1&b="2"`,
        'Before that',
        `> You, Fri 6 Nov, 09:10\n> Wednesday works.\n> ${evil}`,
        `  2 × Alder chair\n  ${evil}`,
        '482 017',
        `--\nYou get this because. Choose\nhttps://help.kitewood.example/en/account\n${evil}\n`,
      ].join('\n\n'),
    );
  });

  it('is set in Chinese without blanks, with wider lines', () => {
    const { html, text } = composeMail({
      ...content,
      lang: 'zh-CN',
      heading: 'Ravi Menon回复了您',
      body: [
        { kind: 'state', state: '等您回复。', words: '打开网页。' },
        { kind: 'earlier', who: '您', when: '11月6日（周五）9:10', text: '周三可以。' },
        { kind: 'button', label: '打开工单', href: 'https://help.kitewood.example/zh-cn/tickets/W-1' },
      ],
    });
    expect(html).toContain('</span>打开网页。');
    expect(html).toContain('line-height:1.75');
    expect(text).toContain('等您回复。打开网页。');
    expect(text).toContain('> 您，11月6日（周五）9:10\n> 周三可以。');
    expect(text).toContain('打开工单：\nhttps://');
  });

  it('has one button at most, and links to web pages only', () => {
    const button = { kind: 'button', label: 'Go', href: 'https://help.kitewood.example/' } as const;
    expect(() => composeMail({ ...content, body: [button, button] })).toThrow('one button');
    expect(() => composeMail({ ...content, body: [{ ...button, href: 'javascript:alert(1)' }] })).toThrow('web page');
  });
});
