import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { Park } from '../jobs/index.ts';
import type { Log } from '../log/index.ts';
import type { Runtime } from '../runtime.ts';
import { checkedHeaders, mailbox, oneMailAddress, onOneLine } from './headers.ts';
import { writeWhole } from './writeWhole.ts';

const CONNECT_MS = 10_000;
const SILENCE_MS = 20_000;

export type MailerOptions = {
  /** `Name <address>`: where mails come from. */
  from: string;
  runtime: Pick<Runtime, 'now'>;
  log: Log;
} & (
  | { smtpUrl: string; folder?: never }
  /** Without a mail server: complete `.eml` files in this folder. */
  | { folder: string; smtpUrl?: never }
);

export interface Mail {
  /** One address. */
  to: string;
  subject: string;
  text: string;
  html: string;
  /** The job's key: file name and Message-ID come from it, so that a second try is the same mail. */
  key: string;
  /** Who it comes from, before the portal's own address: `Ravi Menon, Kitewood Help`. */
  fromName?: string;
  /** Where answers go. */
  replyTo?: string;
  /** `In-Reply-To`, `References`, `List-Unsubscribe` …; never those that mail itself sets. */
  headers?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
}

export interface Mailer {
  /**
   * Sends one mail, or writes it to the folder.
   * @returns its Message-ID, always the same for the same key.
   * @throws Park when the address or a header cannot be used or the server refuses the mail for good; any other error may pass.
   */
  send(mail: Mail): Promise<{ messageId: string }>;
  /** The Message-ID that a mail with this key has or had, for answers that refer to it. */
  messageId(key: string): string;
  close(): Promise<void>;
}

/** @throws Error when `from` is no mail address. */
export function createMailer(options: MailerOptions): Mailer {
  const { runtime, log } = options;
  const from = mailbox(options.from);
  const host = from.address.split('@')[1] ?? 'localhost';
  const messageId = (key: string) => `<${digest(key)}@${host}>`;
  const transport = createTransport(
    options.smtpUrl === undefined
      ? { streamTransport: true, buffer: true, newline: 'windows' }
      : {
          url: options.smtpUrl,
          pool: true,
          maxConnections: 3,
          connectionTimeout: CONNECT_MS,
          greetingTimeout: CONNECT_MS,
          socketTimeout: SILENCE_MS,
        },
  );

  return {
    async send(mail) {
      const { key, signal } = mail;
      const message = {
        from: { name: mail.fromName === undefined ? from.name : onOneLine(mail.fromName), address: from.address },
        to: { name: '', address: oneMailAddress(mail.to) },
        ...(mail.replyTo !== undefined && { replyTo: { name: '', address: oneMailAddress(mail.replyTo) } }),
        subject: onOneLine(mail.subject),
        text: mail.text,
        html: mail.html,
        date: new Date(runtime.now()),
        messageId: messageId(key),
        baseBoundary: digest(`boundary ${key}`),
        // Robots must not answer, and no attachment may be read from this machine or from the network.
        headers: {
          ...checkedHeaders(mail.headers ?? {}),
          'Auto-Submitted': 'auto-generated',
          'X-Auto-Response-Suppress': 'All',
        },
        disableFileAccess: true,
        disableUrlAccess: true,
        ...(signal && { signal }),
      };
      const sent = await transport.sendMail(message).catch(refusedForGood);
      if (options.folder !== undefined) {
        await writeWhole(options.folder, fileName(key), sent.message as Buffer);
        log.info({ file: join(options.folder, fileName(key)) }, 'a mail was written');
      }
      return { messageId: messageId(key) };
    },
    messageId,
    async close() {
      transport.close();
    },
  };
}

/** A 5xx answer to the addresses or the mail itself will be the same next time; one to our sign-in may be mended. */
function refusedForGood(error: unknown): never {
  const { code, responseCode } = error as { code?: string; responseCode?: number };
  const isAboutMail = code === 'EENVELOPE' || code === 'EMESSAGE';
  if (isAboutMail && responseCode !== undefined && responseCode >= 500) {
    throw new Park(`The mail server refuses the mail: ${error instanceof Error ? error.message : responseCode}`);
  }
  throw error;
}

function fileName(key: string): string {
  const readable = key.replaceAll(/[^A-Za-z0-9]+/g, '-').slice(0, 60);
  return `${readable}-${digest(key).slice(0, 12)}.eml`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
