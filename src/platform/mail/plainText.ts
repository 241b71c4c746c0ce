import type { MailContent, MailPart, Words } from './compose.ts';

/** The same mail for readers without HTML. Lines are not broken: mailboxes do that, and know how wide they are. */
export function plainText({ lang, heading, body, foot }: MailContent): string {
  const comma = lang.toLowerCase().startsWith('zh') ? '，' : ', ';
  const colon = lang.toLowerCase().startsWith('zh') ? '：' : ':';
  const parts = body.map((part) => partOf(part, comma, colon));
  return `${[heading, ...parts, ['--', ...foot.map(words)].join('\n')].join('\n\n')}\n`;
}

function partOf(part: MailPart, comma: string, colon: string): string {
  switch (part.kind) {
    case 'paragraph':
    case 'note':
      return words(part.words);
    case 'state':
      return `${part.state}${comma === '，' ? '' : ' '}${words(part.words)}`;
    case 'message':
      return part.text.replaceAll('\r\n', '\n').trim();
    case 'earlier':
      return [`${part.who}${comma}${part.when}`, ...part.text.replaceAll('\r\n', '\n').trim().split('\n')]
        .map((line) => `> ${line}`.trimEnd())
        .join('\n');
    case 'subheading':
      return part.text;
    case 'button':
      return `${part.label}${colon}\n${part.href}`;
    case 'code':
      return part.digits;
    case 'board': {
      // Where there are no capitals, brackets make the state stand out.
      const state = colon === ':' ? part.state.toUpperCase() : `【${part.state}】`;
      return [state, part.title, ...(part.note === undefined ? [] : [part.note])].join('\n');
    }
    case 'trail':
      return part.steps
        .map(({ look, words: said }) => `  ${look === 'here' ? '[>]' : look === 'ahead' ? '[ ]' : '[x]'} ${said}`)
        .join('\n');
    case 'lines':
      return part.lines.map((line) => `  ${words(line)}`).join('\n');
  }
}

function words(given: Words): string {
  return (typeof given === 'string' ? [given] : given)
    .map((span) => {
      if (typeof span === 'string') return span;
      return 'strong' in span ? span.strong : `${span.link}\n${span.href}\n`;
    })
    .join('')
    .trimEnd();
}
