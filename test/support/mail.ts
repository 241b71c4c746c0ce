/** A mail as its reader gets it. */
export interface ReadMail {
  to: string;
  subject: string;
  text: string;
  html: string;
  /** Every address the words of it lead to. */
  links: readonly string[];
}

/** Reads what the portal writes: a multipart mail of text and HTML, in base64 or quoted-printable. */
export function readMail(eml: string): ReadMail {
  const whole = partOf(eml);
  const boundary = /boundary="?([^";]+)"?/i.exec(whole.header('content-type'))?.[1];
  const parts = boundary === undefined ? [whole] : whole.raw.split(`--${boundary}`).map((part) => partOf(part));
  const bodyOf = (type: string): string =>
    parts.find((part) => part.header('content-type').startsWith(type))?.decoded() ?? '';
  const text = bodyOf('text/plain');
  return {
    to: whole.header('to'),
    subject: decodeWords(whole.header('subject')),
    text,
    html: bodyOf('text/html'),
    links: [...text.matchAll(/https?:\/\/[^\s<>"]+/g)].map(([link]) => link),
  };
}

function partOf(source: string) {
  const [head = '', ...rest] = source.replace(/^\r?\n/, '').split(/\r?\n\r?\n/);
  const raw = rest.join('\r\n\r\n');
  const lines = head.replaceAll(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  const header = (name: string): string =>
    lines
      .find((line) => line.toLowerCase().startsWith(`${name}:`))
      ?.slice(name.length + 1)
      .trim() ?? '';
  const decoded = (): string => {
    const encoding = header('content-transfer-encoding').toLowerCase();
    if (encoding === 'base64') return Buffer.from(raw, 'base64').toString('utf8');
    return encoding === 'quoted-printable' ? unquote(raw.replaceAll(/=\r?\n/g, '')) : raw;
  };
  return { raw, header, decoded };
}

function unquote(text: string): string {
  const bytes = text.replaceAll(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** `=?UTF-8?Q?…?=` and `=?UTF-8?B?…?=` of a header. */
function decodeWords(value: string): string {
  return value
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, kind: string, word: string) =>
      kind.toLowerCase() === 'b' ? Buffer.from(word, 'base64').toString('utf8') : unquote(word.replaceAll('_', ' ')),
    );
}
