import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { run, scratch } from './running.ts';
import { siteWith } from './site.ts';

// Three processes of their own: only a hang takes this long, however busy the machine.
vi.setConfig({ testTimeout: 120_000 });

const FILES = 240;

test('an import that is killed goes on where it was, and no article is there by half', async () => {
  const [site, data] = [siteWith(''), scratch()];
  const folder = join(site, 'content/en/wood');
  mkdirSync(folder, { recursive: true });
  for (let n = 0; n < FILES; n += 1) {
    const matter = `title: Plank ${n}\nsummary: Of oak.\nkind: product\naudience: public`;
    writeFileSync(join(folder, `plank-${n}.md`), `---\n${matter}\n---\n## Grain\n\nIt has ${n} rings.\n`);
  }
  const start = () =>
    run('scripts/waypost.mjs', ['articles', 'import', '--json'], {
      env: { WAYPOST_SITE: site, WAYPOST_DATA: data, LOG_LEVEL: 'error' },
    });
  const database = join(data, 'waypost.db');

  for (const enough of [50, 150]) {
    const running = start();
    // A kill between two batches or inside one, wherever it meets the writer.
    while (articles(database).length < enough && running.child.exitCode === null) await sleep(2);
    running.child.kill('SIGKILL');
    expect((await running.ended).signal).toBe('SIGKILL');
    expect(articles(database).length).toBeLessThan(FILES + 1);
    expect(articles(database).filter((article) => !isWhole(article))).toEqual([]);
  }
  const { code, out } = await start().ended;
  const report = JSON.parse(out) as { new: number; unchanged: number };
  expect([code, report.new + report.unchanged]).toEqual([0, FILES + 1]);
  expect(report.unchanged).toBeGreaterThanOrEqual(150);
  const all = articles(database);
  expect([all.length, all.filter((article) => !isWhole(article))]).toEqual([FILES + 1, []]);
});

interface Article {
  slug: string;
  revisions: number;
  published: number;
  owed: number;
}

const isWhole = ({ revisions, published, owed }: Article) => revisions === 1 && published === 1 && owed === 1;

/** Each article with its revisions, those of them that readers see, and what the search is owed of it. */
function articles(file: string): Article[] {
  if (!existsSync(file)) return [];
  const database = new DatabaseSync(file, { readOnly: true, timeout: 10_000 });
  try {
    const known = database.prepare("select 1 from sqlite_master where name = 'article_event'").get();
    if (!known) return [];
    return database
      .prepare(
        `select slug,
          (select count(*) from revision where article_id = article.id) as revisions,
          (select count(*) from revision where id = published_revision_id) as published,
          (select count(*) from article_change where article_id = article.id) as owed
        from article`,
      )
      .all() as unknown as Article[];
  } finally {
    database.close();
  }
}
