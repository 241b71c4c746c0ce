import { describe, expect, test } from 'vitest';
import { readableSource } from '../../src/kb/markdown/index.ts';

describe('the Markdown that readers get', () => {
  test.each([
    ['a comment', 'One.\n\n<!-- ask legal\n\nfirst -->\n\nTwo.', 'One.\n\n\n\nTwo.'],
    ['a comment within a line', 'One <!-- not yet --> two.', 'One  two.'],
    ['a comment in a list', '- One <!-- not yet -->\n- Two', '- One \n- Two'],
    ['HTML, whose words the page drops as well', '<div>secret</div>\n\nOne.', '\n\nOne.'],
    ['a definition that nothing refers to', 'One.\n\n[//]: # (ask legal)', 'One.\n\n'],
    ['one that is made twice', '[One][a]\n\n[a]: /b\n[a]: /secret', '[One][a]\n\n[a]: /b\n'],
    ['a footnote that nothing refers to', 'One.\n\n[^a]: Secret', 'One.\n\n'],
    ['a footnote beside a link of its name', '[a]\n\n[a]: /b\n\n[^a]: Secret', '[a]\n\n[a]: /b\n\n'],
  ])('has no longer %s', (_, source, readable) => {
    expect(readableSource(source)).toBe(readable);
  });

  test.each([
    ['a link by reference', 'See [this][a] and [a].\n\n[a]: /b "Title"'],
    ['a picture by reference', '![x][a]\n\n[a]: ../../images/a.png'],
    ['a footnote', 'One[^a].\n\n[^a]: Said there, see [b].\n\n[b]: /c'],
    ['code', '`<!-- x -->`\n\n```\n<!-- x -->\n[a]: /b\n```'],
    ['an address in brackets', 'Write to <help@kitewood.example>.'],
    ['odd ends of lines', 'One\r\n\r\n:::note\r\n1 < 2 <\r\n:::\r\n'],
  ])('keeps %s byte for byte', (_, source) => {
    expect(readableSource(source)).toBe(source);
  });
});
