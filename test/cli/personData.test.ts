import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { demoData, scratch, shell, waypost, type Ended } from './running.ts';

// Whole processes: on a busy machine each start takes seconds.
vi.setConfig({ testTimeout: 90_000 });

const failed = (line: RegExp) => ({ code: 1, out: '', err: expect.stringMatching(line) as string });

it('a person is given out and erased, a backup made, brought back and looked over', async () => {
  const data = await demoData();
  const folder = scratch();
  const { run } = shell({ WAYPOST_DATA: data });
  const on = (line: string): Promise<Ended> => run(line.split(' '));

  const whole = await on('person export mei@kitewood.example');
  expect(whole).toMatchObject({ code: 0, err: '' });
  expect(JSON.parse(whole.out)).toMatchObject({ person: [{ name: 'Mei Lin' }] });
  const out = join(folder, 'mei.json');
  expect(await on(`person export MEI@kitewood.example --out ${out}`)).toMatchObject({ code: 0 });
  expect(statSync(out).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(out, 'utf8'))).toMatchObject({ person: [{ name: 'Mei Lin' }] });
  expect(await on('person export nobody@kitewood.example')).toMatchObject(failed(/^Nobody here has the address/));

  const backup = join(folder, 'backup.waypost');
  const made = await on(`backup ${backup} --json`);
  expect(made).toMatchObject({ code: 0, err: '' });
  expect(JSON.parse(made.out)).toMatchObject({ encrypted: false, missing: [] });
  expect(statSync(backup).mode & 0o777).toBe(0o600);
  expect(await on(`backup ${backup}`)).toMatchObject(failed(/is there already/));

  expect(await on('person erase ravi@kitewood.example --yes')).toMatchObject(failed(/is a colleague/));
  const asked = await on('person erase tom@kitewood.example --yes --json');
  expect(JSON.parse(asked.out)).toMatchObject({ email: 'tom@kitewood.example', erased: false });
  const erased = await on('person erase mei@kitewood.example --now --yes');
  expect(erased).toMatchObject({
    code: 0,
    out: expect.stringMatching(/is erased\. Nobody can bring them back/) as string,
  });
  expect(await on('person export mei@kitewood.example')).toMatchObject(failed(/^Nobody here/));

  expect(await on(`restore ${backup}`)).toMatchObject(failed(/Say --replace/));
  const restored = await on(`restore ${backup} --replace --json`);
  expect(restored).toMatchObject({ code: 0, err: '' });
  expect(JSON.parse(restored.out)).toMatchObject({ secretFits: true, replayed: { erased: 1, asked: 1 } });
  expect(await on('person export mei@kitewood.example')).toMatchObject(failed(/^Nobody here/));
  expect(await on('person export tom@kitewood.example')).toMatchObject({ code: 0 });

  const seen = await on('doctor --json');
  const { findings } = JSON.parse(seen.out) as { findings: { what: string }[] };
  expect(findings.map(({ what }) => what).join('\n')).toMatch(/people of the demo are there/);
  writeFileSync(join(data, 'restore-unfinished'), '');
  expect(await on('outbox list')).toMatchObject(failed(/was broken off/));
  expect((await on('doctor')).code).toBe(1);
});

it('a restore that is killed leaves nothing, or what the next one finishes', async () => {
  const data = await demoData();
  const backup = join(scratch(), 'backup.waypost');
  expect(await waypost(['backup', backup], { env: { WAYPOST_DATA: data } })).toMatchObject({ code: 0 });
  const target = join(scratch(), 'data');
  const secret = readFileSync(join(data, 'secret'), 'utf8').trim();
  const env = { WAYPOST_DATA: target, WAYPOST_SECRET: secret };
  for (const after of [900, 1_500, 2_200]) {
    const { child, ended } = (await import('./running.ts')).run('scripts/waypost.mjs', ['restore', backup], { env });
    setTimeout(() => child.kill('SIGKILL'), after);
    const { code } = await ended;
    const database = join(target, 'waypost.db');
    if (code === 0) break;
    expect(existsSync(database) && !existsSync(join(target, 'restore-unfinished'))).toBe(false);
  }
  const again = await waypost(['restore', backup, '--replace'], { env });
  expect(again).toMatchObject({ code: 0, err: '' });
  expect(await waypost(['person', 'export', 'mei@kitewood.example'], { env })).toMatchObject({ code: 0 });
});
