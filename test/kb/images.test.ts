import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { anonymous, type Viewer } from '../../src/accounts/index.ts';
import { eachDatabase } from '../support/databases.ts';
import { articleFile, author, customer, openShelf, systemKey, unverified, type Shelf } from './support.ts';

const svg = (inner = '', size = 'width="640" height="360"') =>
  `<svg xmlns="http://www.w3.org/2000/svg" ${size}>${inner}</svg>`;
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const agent: Viewer = { ...(author as Extract<Viewer, { kind: 'person' }>), role: 'agent' };

const htmlOf = async ({ kb }: Shelf, slug: string, viewer: Viewer = author) =>
  (await kb.article(viewer, { locale: 'en', slug })).html;

eachDatabase('pictures', (source) => {
  const sees = async ({ kb }: Shelf, name: string) => {
    const viewers = { anonymous, unverified, customer, author, agent, systemKey };
    const seen: string[] = [];
    for (const [who, viewer] of Object.entries(viewers)) {
      const image = await kb.images.read(viewer, name).catch((error: { code?: string }) => {
        expect(error.code).toBe('not_found');
        return null;
      });
      if (image) seen.push(who);
    }
    return seen;
  };
  const staff = ['author', 'agent'];

  test('a picture comes in with its size, and articles show it without anything shifting', async () => {
    const shelf = await openShelf(source);
    const { faults } = await shelf.write({
      'images/torque.svg': svg(),
      'images/label.png': png,
      'en/care/oil.md': articleFile(
        {},
        '![A hex key](../../images/torque.svg "Where it turns")\n\nIn ![a line](../../images/label.png) of text.',
      ),
      'en/categories.yaml': 'care: { title: Care }\n',
    });
    expect(faults).toEqual([]);
    const html = await htmlOf(shelf, 'oil');
    expect(html).toContain(
      '<figure><img src="/images/torque.svg" alt="A hex key" width="640" height="360" loading="lazy" decoding="async"><figcaption>Where it turns</figcaption></figure>',
    );
    expect(html).toContain('<p>In <img src="/images/label.png" alt="a line" width="1" height="1"');
    const image = await shelf.kb.images.read(anonymous, 'label.png');
    expect(image).toMatchObject({ contentType: 'image/png', isPublic: true });
    expect(Buffer.from(await image.bytes())).toEqual(png);
    expect((await shelf.kb.images.read(anonymous, 'torque.svg')).contentType).toBe('image/svg+xml');
  });

  test('who may read an article that shows it sees it, colleagues see all, nobody else anything', async () => {
    const shelf = await openShelf(source);
    const shows = (name: string) => `![x](../../images/${name}.svg)`;
    await shelf.write({
      ...Object.fromEntries(
        ['public', 'customers', 'staff', 'both', 'none', 'ended', 'later'].map((name) => [`images/${name}.svg`, svg()]),
      ),
      'en/care/a.md': articleFile({ audience: 'public' }, shows('public')),
      'en/care/b.md': articleFile({ audience: 'customers' }, `${shows('customers')}\n\n${shows('both')}`),
      'en/care/c.md': articleFile({ audience: 'staff' }, `${shows('staff')}\n\n${shows('both')}`),
      'en/care/d.md': articleFile({ unpublish: '2001-01-01' }, shows('ended')),
      'en/care/e.md': articleFile({ publish: '2999-01-01' }, shows('later')),
    });
    expect(await sees(shelf, 'public.svg')).toEqual(['anonymous', 'unverified', 'customer', ...staff, 'systemKey']);
    expect(await sees(shelf, 'customers.svg')).toEqual(['customer', ...staff]);
    expect(await sees(shelf, 'both.svg')).toEqual(['customer', ...staff]);
    for (const name of ['staff', 'none', 'ended', 'later'])
      expect(await sees(shelf, `${name}.svg`), name).toEqual(staff);
    for (const name of ['gone.svg', '', '../x', '%00'])
      await expect(shelf.kb.images.read(author, name)).rejects.toMatchObject({ code: 'not_found' });
    expect((await shelf.kb.images.read(customer, 'customers.svg')).isPublic).toBe(false);
    // Narrowed, or no longer shown: gone with the next request.
    await shelf.write({ 'en/care/a.md': articleFile({ audience: 'staff' }, shows('public')) });
    expect(await sees(shelf, 'public.svg')).toEqual(staff);
    await shelf.write({ 'en/care/b.md': articleFile({ audience: 'customers' }, 'Words.') });
    expect(await sees(shelf, 'customers.svg')).toEqual(staff);
  });

  test('every fault is told with its file and line, all at once', async () => {
    const { write } = await openShelf(source);
    const { faults } = await write({
      'en/categories.yaml': 'care: { title: Care }\n',
      'images/large.png': Buffer.concat([png, Buffer.alloc(2 * 1024 * 1024)]),
      'images/text.png': 'no picture',
      'images/other.jpg': png,
      'images/broken.svg': '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><g></svg>',
      'images/entity.svg': `<!DOCTYPE svg [<!ENTITY a "b">]>${svg()}`,
      'images/script.svg': svg('<script>alert(1)</script>'),
      'images/handler.svg': svg('<g onload="alert(1)"/>'),
      'images/foreign.svg': svg('<foreignObject><p/></foreignObject>'),
      'images/leads-out.svg': svg('<image href="https://example.org/x.png"/>'),
      'images/imports.svg': svg('<style>@import url(//example.org/x.css)</style>'),
      'images/unsized.svg': svg('', 'width="100%"'),
      'images/cut.png': png.subarray(0, 20),
      'images/Big Name.svg': svg(),
      'en/care/oil.md': articleFile(
        {},
        'One\n\n![](../../images/gone.png)\n\n![x](https://example.org/x.png)\n\n![y][ref]\n\n[ref]: ../../images/text.png',
      ),
    });
    const at = (name: string) =>
      faults
        .filter(({ file }) => file === `images/${name}`)
        .map(({ line, message, skipped }) => [line, skipped, message]);
    const wrong = (part: string) => [[1, true, expect.stringContaining(part)]];
    expect(at('large.png')).toEqual(wrong('2 MB'));
    for (const name of ['text.png', 'broken.svg', 'entity.svg']) expect(at(name), name).toEqual(wrong('It is no SVG'));
    expect(at('other.jpg')).toEqual(wrong('another kind'));
    for (const name of ['script', 'handler', 'foreign', 'leads-out', 'imports'])
      expect(at(`${name}.svg`), name).toEqual(wrong('It holds scripts'));
    expect(at('unsized.svg')).toEqual(wrong('size is not known'));
    expect(at('cut.png')).toHaveLength(1);
    expect(at('Big Name.svg')).toEqual(wrong('Name pictures'));
    const article = faults.filter(({ file }) => file === 'en/care/oil.md').map(({ line, message }) => [line, message]);
    expect(article).toEqual([
      [10, expect.stringContaining('no description')],
      [10, expect.stringContaining('“gone.png” is not there')],
      [12, expect.stringContaining('“https://example.org/x.png”')],
      [14, expect.stringContaining('“text.png” is not there')],
    ]);
  });

  test('what is not there stays as its description, and is shown when it comes', async () => {
    const shelf = await openShelf(source);
    await shelf.write({ 'en/care/oil.md': articleFile({}, '![A hex key](../../images/key.svg)') });
    expect(await htmlOf(shelf, 'oil')).toBe('<p>A hex key</p>');
    await shelf.write({ 'images/key.svg': svg() });
    expect(await htmlOf(shelf, 'oil')).toContain('<figure><img src="/images/key.svg"');
  });

  test('a changed file has new bytes under its name, and the HTML carries the new size', async () => {
    const shelf = await openShelf(source);
    await shelf.write({
      'images/key.svg': svg(),
      'en/care/oil.md': articleFile({}, '![A hex key](../../images/key.svg)'),
    });
    const before = await shelf.kb.images.read(anonymous, 'key.svg');
    await shelf.write({ 'images/key.svg': svg('<path d="M0 0h9"/>', 'viewBox="0 0 320 200"') });
    const after = await shelf.kb.images.read(anonymous, 'key.svg');
    expect(after.etag).not.toBe(before.etag);
    expect(Buffer.from(await after.bytes()).toString()).toContain('M0 0h9');
    expect(await htmlOf(shelf, 'oil')).toContain('width="320" height="200"');
    const revisions = await shelf.database.db.selectFrom('revision').select('id').execute();
    expect(revisions).toHaveLength(1);
  });

  test('a file that goes takes its picture along, unless a revision names it', async () => {
    const shelf = await openShelf(source);
    await shelf.write({
      'images/used.svg': svg(),
      'images/idle.svg': svg(),
      'en/care/oil.md': articleFile({}, '![x](../../images/used.svg)'),
    });
    rmSync(join(shelf.folder, 'images'), { recursive: true });
    await shelf.write({});
    expect(await sees(shelf, 'used.svg')).toContain('anonymous');
    expect(await sees(shelf, 'idle.svg')).toEqual([]);
  });

  test('an author adds a picture under a free name and gets the Markdown that shows it', async () => {
    const shelf = await openShelf(source);
    const { add } = shelf.kb.images;
    const bytes = (text: string) => Buffer.from(svg(`<title>${text}</title>`));
    const first = await add(author, { bytes: bytes('1'), name: 'C:\\Photos\\Größe & Länge.SVG', alt: 'A [hex] key' });
    expect(first).toEqual({
      name: 'gro-e-lange.svg',
      url: '/images/gro-e-lange.svg',
      width: 640,
      height: 360,
      markdown: '![A \\[hex\\] key](../../images/gro-e-lange.svg)',
    });
    expect((await add(author, { bytes: bytes('2'), name: 'größe länge.png' })).name).toBe('gro-e-lange-2.svg');
    expect((await add(author, { bytes: bytes('1'), name: 'again.svg' })).name).toBe('gro-e-lange.svg');
    expect((await add(author, { bytes: png, name: '照片' })).name).toBe('image.png');
    expect(await sees(shelf, 'image.png')).toEqual(staff);
    await shelf.write({ 'en/care/oil.md': articleFile({}, first.markdown) });
    expect(await htmlOf(shelf, 'oil', anonymous)).toContain('<img src="/images/gro-e-lange.svg" alt="A [hex] key"');
    // A file of the same name never overwrites it.
    const { faults } = await shelf.write({ 'images/image.png': Buffer.concat([png, Buffer.from('x')]) });
    expect(faults).toContainEqual(expect.objectContaining({ file: 'images/image.png', skipped: true }));
    expect(Buffer.from(await (await shelf.kb.images.read(author, 'image.png')).bytes())).toEqual(png);
  });

  test('who does not write articles adds nothing, and what is no picture is refused', async () => {
    const { kb, database } = await openShelf(source);
    for (const [viewer, code] of [
      [anonymous, 'unauthenticated'],
      [customer, 'forbidden'],
      [agent, 'forbidden'],
      [systemKey, 'forbidden'],
    ] as const)
      await expect(kb.images.add(viewer, { bytes: png, name: 'x.png' })).rejects.toMatchObject({ code });
    for (const [bytes, key] of [
      [Buffer.alloc(2 * 1024 * 1024 + 1), 'kb.image.tooLarge'],
      [Buffer.from('words'), 'kb.image.notAPicture'],
      [Buffer.from(svg('<script/>')), 'kb.image.unsafe'],
      [Buffer.from(svg('', '')), 'kb.image.unsized'],
    ] as const)
      await expect(kb.images.add(author, { bytes, name: 'x.png' })).rejects.toMatchObject({
        code: 'invalid',
        fields: [{ field: 'image', key }],
      });
    expect(await database.db.selectFrom('image').select('name').execute()).toEqual([]);
  });
});
