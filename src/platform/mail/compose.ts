import { markup, type Markup } from './markup.ts';
import { darkRules, inline } from './styles.ts';
import { plainText } from './plainText.ts';

/** A stretch of a line: words, a link, or words that matter. */
export type Span = string | { link: string; href: string } | { strong: string };

/** A line or paragraph. */
export type Words = string | readonly Span[];

/** One part of a mail's body, in the order they are read. All texts are given as they are; nothing is markup. */
export type MailPart =
  | { kind: 'paragraph'; words: Words }
  /** Small print: what it is about, when it was asked for. */
  | { kind: 'note'; words: Words }
  /** Where it stands now, in one or two words, and what that asks of the reader. */
  | { kind: 'state'; state: string; words: Words }
  /** Somebody's own words, whole: paragraphs with empty lines between them. */
  | { kind: 'message'; text: string }
  /** Words from before: who, when, what. */
  | { kind: 'earlier'; who: string; when: string; text: string }
  | { kind: 'subheading'; text: string }
  /** At most one in a mail. It opens a page and never acts by itself. */
  | { kind: 'button'; label: string; href: string }
  | { kind: 'code'; digits: string }
  /** The one thing to know: a state, a sentence, and what belongs to it in small print. */
  | { kind: 'board'; look: 'move' | 'ok' | 'waiting' | 'late'; state: string; title: string; note?: string }
  /** A way: what was passed, where it is, what is ahead. */
  | { kind: 'trail'; steps: readonly { look?: 'here' | 'ahead'; words: string }[] }
  | { kind: 'lines'; lines: readonly Words[] };

export interface MailContent {
  /** For `<html lang>`: `en`, `zh-CN`. */
  lang: string;
  /** The name at the head: `Kitewood`, `Help`. */
  brand: { name: string; help?: string };
  subject: string;
  /** What a mailbox shows beside the subject. */
  preheader?: string;
  /** What happened. */
  heading: string;
  body: readonly MailPart[];
  /** Why the reader gets this, and who sends it: a paragraph each. */
  foot: readonly Words[];
}

export interface ComposedMail {
  subject: string;
  html: string;
  text: string;
}

/**
 * A mail as HTML and as plain text, from the same parts.
 * @throws Error for more than one button, or a link that is not `http:` or `https:`.
 */
export function composeMail(content: MailContent): ComposedMail {
  if (content.body.filter(({ kind }) => kind === 'button').length > 1)
    throw new Error('A mail has one button at most.');
  return { subject: content.subject, html: page(content).toString(), text: plainText(content) };
}

function page({ lang, brand, subject, preheader, heading, body, foot }: MailContent): Markup {
  const isChinese = lang.toLowerCase().startsWith('zh');
  const help = brand.help === undefined ? markup`` : markup` <span style="${inline.help}">${brand.help}</span>`;
  const before =
    preheader === undefined
      ? markup``
      : markup`<div class="preheader" style="${inline.preheader}" aria-hidden="true">${preheader}</div>\n`;
  return markup`<!doctype html>
<html lang="${lang}" xmlns:o="urn:schemas-microsoft-com:office:office">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no,date=no,address=no">
<title>${subject}</title>
<style>${darkRules}</style>
</head>
<body style="${inline.body}">
${before}<!--[if mso]><table role="presentation" width="560" align="center" cellpadding="0" cellspacing="0"><tr><td><![endif]-->
<div class="mail" style="${isChinese ? inline.zh : ''}${inline.mail}">
<main>
<p class="brand" style="${inline.brand}"><i class="mark" style="${inline.mark}"></i>${brand.name}${help}</p>
<h1 style="${inline.heading}">${heading}</h1>
${body.map((part) => markup`${partOf(part, isChinese)}\n`)}</main>
<footer class="foot" style="${inline.foot}">
${foot.map((words) => markup`<p style="${inline.paragraph}">${spans(words, inline.footLink)}</p>\n`)}</footer>
</div>
<!--[if mso]></td></tr></table><![endif]-->
</body>
</html>
`;
}

function partOf(part: MailPart, isChinese: boolean): Markup {
  switch (part.kind) {
    case 'paragraph':
      return markup`<p style="${inline.paragraph}">${spans(part.words)}</p>`;
    case 'note':
      return markup`<p class="note" style="${inline.note}">${spans(part.words)}</p>`;
    case 'state': {
      const state = markup`<span class="state" style="${inline.state}">${part.state}</span>${isChinese ? '' : ' '}`;
      return markup`<p style="${inline.paragraph}">${state}${spans(part.words)}</p>`;
    }
    case 'message':
      return markup`<div class="message" style="${inline.message}">${paragraphs(part.text)}</div>`;
    case 'earlier': {
      const byline = markup`<strong>${part.who}</strong>${isChinese ? '，' : ', '}${part.when}`;
      const said = paragraphs(part.text);
      return markup`<div class="earlier" style="${inline.earlier}"><p style="${inline.byline}">${byline}</p>${said}</div>`;
    }
    case 'subheading':
      return markup`<h2 style="${inline.subheading}">${part.text}</h2>`;
    case 'button': {
      const link = markup`<a class="button" style="${inline.button}" href="${webAddress(part.href)}">${part.label}</a>`;
      return markup`<p class="act" style="${inline.act}">${link}</p>`;
    }
    case 'code':
      return markup`<p class="code" style="${inline.code}">${part.digits}</p>`;
    case 'board': {
      const { board, boardLine, boardTitle, boardNote } = inline;
      const note = part.note === undefined ? markup`` : markup`<p class="note" style="${boardNote}">${part.note}</p>`;
      const state = markup`<span class="state is-${part.look}" style="${inline.looks[part.look]}">${part.state}</span>`;
      const title = markup`<p style="${boardLine}"><strong style="${boardTitle}">${part.title}</strong></p>`;
      return markup`<div class="board is-${part.look}" style="${board}${inline.boards[part.look]}"><p style="${boardLine}">${state}</p>${title}${note}</div>`;
    }
    case 'trail': {
      const steps = part.steps.map(({ look, words }) => {
        const name = look === undefined ? 'step' : (`${look}Step` as const);
        const css = look === undefined ? 'step' : `step is-${look}`;
        return markup`<li class="${css}" style="${inline[name]}">${words}</li>`;
      });
      return markup`<ul class="trail" style="${inline.lines}">${steps}</ul>`;
    }
    case 'lines': {
      const lines = part.lines.map((line) => markup`<li class="line" style="${inline.line}">${spans(line)}</li>`);
      return markup`<ul class="lines" style="${inline.lines}">${lines}</ul>`;
    }
  }
}

/** Somebody's text: empty lines part paragraphs, line breaks stay. */
function paragraphs(text: string): Markup[] {
  return text
    .replaceAll('\r\n', '\n')
    .split(/\n{2,}/)
    .filter((paragraph) => paragraph.trim() !== '')
    .map((paragraph) => {
      const lines = paragraph.split('\n').map((line, n) => (n === 0 ? markup`${line}` : markup`<br>${line}`));
      return markup`<p style="${inline.paragraph}">${lines}</p>`;
    });
}

function spans(words: Words, linkStyle: string = inline.link): Markup[] {
  return (typeof words === 'string' ? [words] : words).map((span) => {
    if (typeof span === 'string') return markup`${span}`;
    if ('strong' in span) return markup`<strong>${span.strong}</strong>`;
    return markup`<a style="${linkStyle}" href="${webAddress(span.href)}">${span.link}</a>`;
  });
}

function webAddress(href: string): string {
  if (!/^https?:$/.test(new URL(href).protocol)) throw new Error('A link in a mail leads to a web page.');
  return href;
}
