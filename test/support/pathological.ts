/** A text made to cost a Markdown renderer time. */
export interface Pathological {
  name: string;
  source: string;
}

const repeat = (text: string, times: number): string => text.repeat(Math.max(1, Math.round(times)));
const count = (length: number, of: (at: number) => string): string[] =>
  Array.from({ length: Math.max(1, Math.round(length)) }, (_, at) => of(at));

/**
 * Known ways to cost a renderer time.
 * @param scale 1: as much as is taken, or as much as a long article holds; more is beyond it.
 */
export function pathological(scale: number): Pathological[] {
  const times = (text: string, most: number) => repeat(text, most * scale);
  return Object.entries({
    'quotes in quotes': `${times('>', 100)} x`,
    'lists in lists': count(66 * scale, (depth) => `${'  '.repeat(depth)}- x`).join('\n'),
    'quotes and lists in turn': `${times('> - ', 50)} x`,
    'open callouts': times(':::note\n', 100),
    'open brackets': times('[', 1_200),
    'brackets that close': `${times('[', 1_200)}a${times(']', 1_200)}`,
    'open links': times('[a](', 1_200),
    'links in links': `${times('[', 1_200)}a${times('](b)', 1_200)}`,
    'open pictures': times('![a](', 1_200),
    stars: times('*a ', 1_200),
    'stars and underlines': times('a**b', 400) + times('c_* ', 200),
    'emphasis in emphasis': `${times('*a **a ', 200)}b${times(' a** a*', 200)}`,
    tildes: times('~~a~ ', 400),
    'backticks of every length': count(49 * scale, (at) => '`'.repeat(at)).join(' '),
    'HTML that is not closed': times('<a b="', 1_200),
    'comments that are not closed': times('x <!-- ', 1_200),
    'a wide table': ['a', '-', 'b'].map((cell) => `|${times(` ${cell} |`, 700)}`).join('\n'),
    'a long table': `| a | b |\n| - | - |\n${times('| *c* | `d` |\n', 700)}`,
    'references without an end': `${times('[a]: b\n', 200)}\n${times('[a] [c] ', 500)}`,
    'footnotes of each other': `${times('[^1] ', 500)}\n\n${times('[^1]: x [^1]\n', 300)}`,
    entities: times('&amp;&#x0;&Aacute;&nonesuch;', 300),
    colons: times(':a[b]{c=d} ::e ', 1_000),
    'addresses in the text': times('www.a.b/c&d; e@f.g http://', 500),
    'code in colours': `\`\`\`ts\n${times('const a = `${`${"', 550)}\n\`\`\``,
    'spaces and tabs': `${times(' \t', 5_000)}x${times('  \n', 2_000)}`,
    'equal headings': times('# a\n', 1_500),
  }).map(([name, source]) => ({ name, source }));
}
