/** One example of the GitHub Flavored Markdown specification 0.29, by its number there. */
export interface GfmExample {
  number: number;
  section: string;
  markdown: string;
  html: string;
}

const example = (number: number, section: string, markdown: string, html: string): GfmExample => ({
  number,
  section,
  markdown,
  html,
});
const row = (cell: 'th' | 'td', ...cells: string[]) =>
  `<tr>${cells.map((text) => `<${cell}>${text}</${cell}>`).join('')}</tr>`;
const table = (head: string[], ...rows: string[][]) => {
  const body = rows.length === 0 ? '' : `<tbody>${rows.map((cells) => row('td', ...cells)).join('')}</tbody>`;
  return `<table><thead>${row('th', ...head)}</thead>${body}</table>`;
};
const link = (href: string, text: string) => `<a href="${href}">${text}</a>`;
const www = (rest: string) => link(`http://www.${rest}`, `www.${rest}`);
const p = (text: string) => `<p>${text}</p>`;
const mail = (address: string) => link(`mailto:${address}`, address);
const task = (text: string, done: boolean, more = '') =>
  `<li><input ${done ? 'checked="" ' : ''}disabled="" type="checkbox"> ${text}${more}</li>`;

const tables = 'Tables (extension)';
const tasks = 'Task list items (extension)';
const strikes = 'Strikethrough (extension)';
const autolinks = 'Autolinks (extension)';
const google = 'google.com/search?q=Markup+(business)';

/** The examples of the extensions, as the specification gives them. */
export const gfmExamples: readonly GfmExample[] = [
  example(198, tables, '| foo | bar |\n| --- | --- |\n| baz | bim |', table(['foo', 'bar'], ['baz', 'bim'])),
  example(199, tables, '| abc | defghi |\n:-: | -----------:\nbar | baz', table(['abc', 'defghi'], ['bar', 'baz'])),
  example(
    200,
    tables,
    '| f\\|oo  |\n| ------ |\n| b `\\|` az |\n| b **\\|** im |',
    table(['f|oo'], ['b <code>|</code> az'], ['b <strong>|</strong> im']),
  ),
  example(
    201,
    tables,
    '| abc | def |\n| --- | --- |\n| bar | baz |\n> bar',
    `${table(['abc', 'def'], ['bar', 'baz'])}<blockquote><p>bar</p></blockquote>`,
  ),
  example(
    202,
    tables,
    '| abc | def |\n| --- | --- |\n| bar | baz |\nbar\n\nbar',
    `${table(['abc', 'def'], ['bar', 'baz'], ['bar', ''])}<p>bar</p>`,
  ),
  example(203, tables, '| abc | def |\n| --- |\n| bar |', p('| abc | def |\n| --- |\n| bar |')),
  example(
    204,
    tables,
    '| abc | def |\n| --- | --- |\n| bar |\n| bar | baz | boo |',
    table(['abc', 'def'], ['bar', ''], ['bar', 'baz']),
  ),
  example(205, tables, '| abc | def |\n| --- | --- |', table(['abc', 'def'])),
  example(279, tasks, '- [ ] foo\n- [x] bar', `<ul>${task('foo', false)}${task('bar', true)}</ul>`),
  example(
    280,
    tasks,
    '- [x] foo\n  - [ ] bar\n  - [x] baz\n- [ ] bim',
    `<ul>${task('foo', true, `<ul>${task('bar', false)}${task('baz', true)}</ul>`)}${task('bim', false)}</ul>`,
  ),
  example(491, strikes, '~~Hi~~ Hello, ~there~ world!', p('<del>Hi</del> Hello, <del>there</del> world!')),
  example(492, strikes, 'This ~~has a\n\nnew paragraph~~.', `${p('This ~~has a')}${p('new paragraph~~.')}`),
  example(493, strikes, 'This will ~~~not~~~ strike.', p('This will ~~~not~~~ strike.')),
  example(622, autolinks, 'www.commonmark.org', p(www('commonmark.org'))),
  example(
    623,
    autolinks,
    'Visit www.commonmark.org/help for more information.',
    p(`Visit ${www('commonmark.org/help')} for more information.`),
  ),
  example(
    624,
    autolinks,
    'Visit www.commonmark.org.\n\nVisit www.commonmark.org/a.b.',
    `${p(`Visit ${www('commonmark.org')}.`)}${p(`Visit ${www('commonmark.org/a.b')}.`)}`,
  ),
  example(
    625,
    autolinks,
    `www.${google}\n\nwww.${google}))\n\n(www.${google})\n\n(www.${google}`,
    `${p(www(google))}${p(`${www(google)}))`)}${p(`(${www(google)})`)}${p(`(${www(google)}`)}`,
  ),
  example(626, autolinks, 'www.google.com/search?q=(business))+ok', p(www('google.com/search?q=(business))+ok'))),
  example(
    627,
    autolinks,
    'www.google.com/search?q=commonmark&hl=en\n\nwww.google.com/search?q=commonmark&hl;',
    `${p(www('google.com/search?q=commonmark&amp;hl=en'))}${p(`${www('google.com/search?q=commonmark')}&amp;hl;`)}`,
  ),
  example(628, autolinks, 'www.commonmark.org/he<lp', p(`${www('commonmark.org/he')}&lt;lp`)),
  example(
    629,
    autolinks,
    'http://commonmark.org\n\n(Visit https://encrypted.google.com/search?q=Markup+(business))',
    `${p(link('http://commonmark.org', 'http://commonmark.org'))}${p(
      `(Visit ${link(`https://encrypted.${google}`, `https://encrypted.${google}`)})`,
    )}`,
  ),
  example(630, autolinks, 'foo@bar.baz', p(mail('foo@bar.baz'))),
  example(
    631,
    autolinks,
    "hello@mail+xyz.example isn't valid, but hello+xyz@mail.example is.",
    p(`hello@mail+xyz.example isn't valid, but ${mail('hello+xyz@mail.example')} is.`),
  ),
  example(
    632,
    autolinks,
    'a.b-c_d@a.b\n\na.b-c_d@a.b.\n\na.b-c_d@a.b-\n\na.b-c_d@a.b_',
    `${p(mail('a.b-c_d@a.b'))}${p(`${mail('a.b-c_d@a.b')}.`)}${p('a.b-c_d@a.b-')}${p('a.b-c_d@a.b_')}`,
  ),
  example(
    657,
    'Disallowed Raw HTML (extension)',
    '<strong> <title> <style> <em>\n\n<blockquote>\n  <xmp> is disallowed.  <XMP> is also disallowed.\n</blockquote>',
    '<p><strong> &lt;title> &lt;style> <em></p><blockquote>&lt;xmp> is disallowed.  &lt;XMP> is also disallowed.</blockquote>',
  ),
];
