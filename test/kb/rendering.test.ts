import type { Root } from 'hast';
import { expect, test, vi } from 'vitest';
import { anonymous } from '../../src/accounts/index.ts';
import { renderMarkdown, RENDERER_VERSION, SAFE_SINCE } from '../../src/kb/markdown/index.ts';
import { eachDatabase } from '../support/databases.ts';
import { articleFile, openShelf, type Shelf } from './support.ts';

/** The tree as the sanitiser gave it, and as it was written out. */
const seen = vi.hoisted(() => ({ sanitised: '', written: '', planted: false }));

vi.mock('rehype-sanitize', async (original) => {
  const { default: sanitize } = await original<{ default: (schema: unknown) => (tree: Root) => Root }>();
  return {
    default: (schema: unknown) => {
      const clean = sanitize(schema);
      return (tree: Root) => {
        const result = clean(tree);
        seen.sanitised = JSON.stringify(result);
        return result;
      };
    },
  };
});

vi.mock('rehype-stringify', async (original) => {
  const { default: stringify } = await original<{ default: (this: Compiling) => void }>();
  interface Compiling {
    compiler: (tree: Root, file: unknown) => string;
  }
  return {
    default(this: Compiling) {
      stringify.call(this);
      const write = this.compiler.bind(this);
      this.compiler = (tree, file) => {
        seen.written = JSON.stringify(tree);
        return write(tree, file);
      };
    },
  };
});

/** The last plugin before the sanitiser, made to do harm when it is told to. */
vi.mock('rehype-highlight', async (original) => {
  const { default: highlight } = await original<{ default: () => (tree: Root, file: unknown) => void }>();
  return {
    default: () => {
      const colour = highlight();
      return (tree: Root, file: unknown) => {
        colour(tree, file);
        if (!seen.planted) return;
        const properties = { src: 'x', onError: 'alert(1)', style: 'color:red' };
        tree.children.push({ type: 'element', tagName: 'img', properties, children: [] });
        tree.children.push({ type: 'element', tagName: 'script', properties: {}, children: [] });
      };
    },
  };
});

const source = '## One\n\n:::note\nx\n:::\n\n```js\nconst a = "b";\n```\n\n| a |\n| - |\n| b |\n';

test('what is written out is the sanitised tree, so nothing comes after the sanitiser', () => {
  const { html } = renderMarkdown(source, { locale: 'en', title: 'x' });
  expect(seen.written).toBe(seen.sanitised);
  expect(html).toContain('<span class="hljs-keyword">const</span>');
  expect(html).not.toContain('style=');
});

test('what a plugin plants does not get through', () => {
  seen.planted = true;
  try {
    expect(renderMarkdown('Words.', { locale: 'en', title: 'x' }).html).toBe('<p>Words.</p><img>');
  } finally {
    seen.planted = false;
  }
});

test('very long code and code of unknown languages is shown without colours', () => {
  const long = renderMarkdown(`\`\`\`js\n${'const a = 1;\n'.repeat(2_000)}\`\`\``, { locale: 'en', title: 'x' }).html;
  expect(long).not.toContain('<span');
  expect(renderMarkdown('```nonesuch\nx\n```', { locale: 'en', title: 'x' }).html).toBe(
    '<pre tabindex="0"><code class="language-nonesuch">x\n</code></pre>',
  );
});

eachDatabase('HTML of older renderers', (source) => {
  const age = ({ database }: Shelf, slug: string, version: number) =>
    database.db
      .updateTable('revision')
      .set({ rendererVersion: version, html: '<script>old</script>', text: 'old' })
      .where('articleId', 'in', database.db.selectFrom('article').select('id').where('slug', '=', slug))
      .execute();
  const stored = async ({ database }: Shelf) =>
    database.db.selectFrom('revision').select(['html', 'rendererVersion', 'text']).orderBy('id').execute();

  test('is made again at the start, in the background, whatever number there is', async () => {
    const shelf = await openShelf(source);
    const files = Array.from(
      { length: 60 },
      (_, at) => [`en/care/a${at}.md`, articleFile({}, `Words ${at}.`)] as const,
    );
    await shelf.write(Object.fromEntries(files));
    await shelf.database.db.updateTable('revision').set({ rendererVersion: 1, html: 'old', text: 'old' }).execute();
    await age(shelf, 'a7', RENDERER_VERSION + 1);
    const owed = async () => (await shelf.database.db.selectFrom('articleChange').select('seq').execute()).length;
    const before = await owed();
    await shelf.kb.start();
    await expect
      .poll(async () => (await stored(shelf)).filter((row) => row.rendererVersion < RENDERER_VERSION), {
        timeout: 60_000,
      })
      .toEqual([]);
    const rows = await stored(shelf);
    expect(rows.filter((row) => /^<p>Words \d+\.<\/p>$/.test(row.html))).toHaveLength(59);
    // A newer version's work is left alone, and the search is owed what reads otherwise now.
    expect(rows.filter((row) => row.html === '<script>old</script>')).toHaveLength(1);
    await expect.poll(owed).toBe(before + 59);
  });

  test('is never served when it is older than the last change that made the renderer safer', async () => {
    const shelf = await openShelf(source);
    await shelf.write({ 'en/care/oil.md': articleFile({}, '## When\n\nWords, [rings](rings.md).') });
    await age(shelf, 'oil', SAFE_SINCE - 1);
    const article = await shelf.kb.article(anonymous, { locale: 'en', slug: 'oil' });
    expect(article.html).toContain('<h2 id="s-when">When</h2>');
    expect(article).toMatchObject({ contents: [{ id: 's-when' }], unresolvedLinks: ['rings'] });
    expect((await stored(shelf))[0]?.html).toBe('<script>old</script>');
    await age(shelf, 'oil', SAFE_SINCE);
    expect((await shelf.kb.article(anonymous, { locale: 'en', slug: 'oil' })).html).toBe('<script>old</script>');
  });

  test('that this renderer refuses is told and left, and the others are made again', async () => {
    const shelf = await openShelf(source);
    await shelf.write({ 'en/care/deep.md': articleFile({}, 'x'), 'en/care/oil.md': articleFile({}, 'Words.') });
    await shelf.database.db
      .updateTable('revision')
      .set({ source: `${'>'.repeat(6_000)} x`, rendererVersion: 1 })
      .where('text', '=', 'x')
      .execute();
    await age(shelf, 'oil', 1);
    await shelf.kb.start();
    await expect
      .poll(async () => (await stored(shelf)).map((row) => row.rendererVersion).toSorted(), { timeout: 60_000 })
      .toEqual([1, RENDERER_VERSION]);
    expect(shelf.warnings).toContain('A revision could not be rendered again.');
  });
});
