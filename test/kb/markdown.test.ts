import { describe, expect, test } from 'vitest';
import { renderMarkdown } from '../../src/kb/markdown/index.ts';

const render = (source: string, locale = 'en') => renderMarkdown(source, { locale, title: 'A title' });
const html = (source: string, locale = 'en') => render(source, locale).html;

describe('what Markdown becomes', () => {
  test('headings carry ids of ours, and contents name them', () => {
    const { html: page, contents } = render('## One\n\n### Two\n\n## One\n\n#### Deep\n\n# Top\n');
    expect(page).toContain('<h2 id="s-one">One</h2>');
    expect(page).not.toContain('<h1');
    expect(contents).toEqual([
      { id: 's-one', text: 'One', depth: 2 },
      { id: 's-two', text: 'Two', depth: 3 },
      { id: 's-one-1', text: 'One', depth: 2 },
      { id: 's-top', text: 'Top', depth: 2 },
    ]);
    expect(render('## 先放正，再拧紧', 'zh-cn').contents[0]?.text).toBe('先放正，再拧紧');
  });

  test('no heading takes a name that the page around it uses', () => {
    for (const name of ['main', 'location', 'constructor', 'q', '__proto__']) {
      expect(render(`## ${name}`).contents[0]?.id).toMatch(/^s-/);
    }
  });

  test.each([
    ['note', '<div class="callout" role="note">'],
    ['caution', '<div class="callout is-caution" role="note">'],
    ['danger', '<div class="callout is-danger" role="note">'],
  ])('a callout of kind %s', (kind, opening) => {
    const page = html(`:::${kind}\n**Mind this.** Words.\n:::`);
    expect(page).toContain(opening);
    expect(page).toContain('<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="');
    expect(page).toContain('<strong>Mind this.</strong> Words.');
  });

  test('an unknown callout is a note, and its author is told the line', () => {
    const { html: page, remarks } = render('Words.\n\n:::warning\nx\n:::');
    expect(page).toContain('<div class="callout" role="note">');
    expect(remarks).toEqual([{ line: 3, code: 'directive', message: expect.stringContaining('“warning”') }]);
  });

  test.each(['Scale 1:n', 'At 8:00', 'a:b[**c**]{d=e}', ':smile', 'x ::leaf y', 'CH-12:left', 'http:x'])(
    'a colon in %s is a colon',
    (text) => {
      expect(render(text).text).toBe(text.replaceAll('**', ''));
    },
  );

  test('a directive that stands alone is what was typed', () => {
    expect(render('::leaf[label]{a=b}').text).toBe('::leaf[label]{a=b}');
  });

  test('links lead to articles, to parts and out', () => {
    const { html: page, links } = render(
      '[a](../care/oil.md) [b](rings.md#when-to) [c](#when-to) [d](https://example.org/x.md) [e](mailto:a@b.example) [f](tel:+49405550142)',
    );
    expect(page).toContain('<a href="/en/articles/oil">a</a>');
    expect(page).toContain('<a href="/en/articles/rings#s-when-to">b</a>');
    expect(page).toContain('<a href="#s-when-to">c</a>');
    expect(page).toContain('<a href="https://example.org/x.md" rel="external noopener">d</a>');
    expect(page).toContain('<a href="mailto:a@b.example">e</a>');
    expect(page).toContain('<a href="tel:+49405550142">f</a>');
    expect(links).toEqual([
      { slug: 'oil', line: 1 },
      { slug: 'rings', line: 1 },
    ]);
    expect(html('[x](../护理/oil.md#怎么上油)', 'zh-cn')).toContain(
      'href="/zh-cn/articles/oil#s-%E6%80%8E%E4%B9%88%E4%B8%8A%E6%B2%B9"',
    );
  });

  test('tables scroll in a region with a name, numbers stand at the right', () => {
    const table = '| A | B |\n| --- | ---: |\n| x | 8 |\n';
    const named = html(`## Torque\n\n${table}`);
    expect(named).toContain('<div class="table-scroll" role="region" tabindex="0" aria-labelledby="s-torque"><table>');
    expect(named).toContain('<th scope="col">A</th>');
    expect(named).toContain('<td class="is-number">8</td>');
    expect(html(table)).toContain('role="region" tabindex="0" aria-label="A title"');
  });

  test('a numbered list of actions in bold is steps, other lists are lists', () => {
    expect(html('1. **Loosen.** Half a turn.\n2. **Tighten.** By hand.\n')).toContain(
      '<ol class="steps">\n<li><p><strong>Loosen.</strong> Half a turn.</p></li>',
    );
    expect(html('1. One\n2. Two\n')).toContain('<ol>');
    expect(html('1. **One**\n2. Two\n')).toContain('<ol>');
  });

  test('footnotes, tasks and strike-through', () => {
    const page = html('Words[^1] ~~gone~~\n\n- [x] done\n\n[^1]: Note.', 'zh-cn');
    expect(page).toContain('id="s-fnref-1"');
    expect(page).toContain('<h2 class="visually-hidden" id="footnote-label">脚注</h2>');
    expect(page).toContain('<del>gone</del>');
    expect(page).toContain('<input type="checkbox" checked disabled aria-label="已完成">');
  });

  test('HTML is dropped and its words stay; pictures are their description; the author is told', () => {
    const { text, remarks } = render('One <b>two</b>\n\n![three](x.png)\n\n<!-- four -->\n');
    expect(text).toBe('One two\nthree');
    expect(remarks.map((remark) => remark.line)).toEqual([1, 1, 3]);
  });

  test('plain text has a line for each block, and Chinese lines are joined', () => {
    expect(render('## One\n\nTwo\nthree.\n\n- four\n- five\n\n| a | b |\n| - | - |\n| c | d |').text).toBe(
      'One\nTwo three.\nfour\nfive\na b\nc d',
    );
    expect(render('第一行，\n第二行\nLatin', 'zh-cn').text).toBe('第一行，第二行 Latin');
  });

  test('minutes count words, and Han characters each', () => {
    expect(render('').minutes).toBe(1);
    expect(render('word '.repeat(660)).minutes).toBe(3);
    expect(render('木'.repeat(1_350), 'zh-cn').minutes).toBe(3);
    expect(render(`${'木'.repeat(450)} ${'word '.repeat(220)}`, 'zh-cn').minutes).toBe(2);
  });

  test('the same source gives the same bytes', () => {
    const source = '## One\n\n:::note\nx\n:::\n\n| a |\n| - |\n| b |\n';
    expect(render(source)).toEqual(render(source));
  });
});
