import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { PersonViewer } from '../../src/accounts/index.ts';
import { eachDatabase } from '../support/databases.ts';
import { client, openedApplication, setUpApplication, type ApplicationSetup } from './applicationSetup.ts';

const DAY = 24 * 3_600_000;

/** Somebody who searched in vain, asked with a file, was answered, and said what they think of nothing. */
async function lived(setup: ApplicationSetup, name: string): Promise<PersonViewer> {
  const { app } = setup;
  const person = await setup.person(name);
  const upload = await app.bridge.attachments.stage({ name: `${name}.txt` });
  upload.stream.write(`words of ${name}`);
  const { id: file } = await upload.finish();
  await app.kb.search(person, { text: `unheard ${name} question`, locale: 'en' });
  await app.kb.gaps.flush();
  await app.bridge.touches.flush();
  const input = { subject: `Of ${name}`, body: `Words of ${name}`, files: [file] };
  await app.escalate({ viewer: person, client, locale: 'en', channel: 'web', input, key: `key-of-${name}-000` });
  await setup.mails();
  return person;
}

async function counts({ app }: ApplicationSetup) {
  const count = async (table: 'touch' | 'ticket' | 'message' | 'subjectKey' | 'gap' | 'job') => {
    const { n } = await app.database.db
      .selectFrom(table)
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow();
    return Number(n);
  };
  return { touch: await count('touch'), ticket: await count('ticket'), gap: await count('gap') };
}

eachDatabase('erasure', (source) => {
  it('is asked for with the address typed, ends all sessions, waits seven days and can be undone by mail', async () => {
    const setup = await setUpApplication(source);
    const { app } = setup;
    const mei = await lived(setup, 'mei');
    await expect(app.privacy.askErasure(mei, { email: 'tom@kitewood.example' })).rejects.toMatchObject({
      code: 'invalid',
      fields: [{ field: 'email', key: 'errors.notYours' }],
    });
    await app.privacy.askErasure(mei, { email: ' Mei@Kitewood.example' });
    expect(await app.privacy.runningErasure(mei)).toMatchObject({ askedAt: expect.any(String) as string });
    const mail = (await setup.mails()).find((each) => each.includes('erase your data in seven days'));
    const token = /\/account\/keep-data\?token=([\w.-]+)/.exec(mail ?? '')?.[1] ?? '';
    expect(await app.privacy.lookAtErasure(token)).not.toBeNull();
    expect(await app.privacy.lookAtErasure(`${token.slice(0, -1)}a`)).toBeNull();
    setup.later(6 * DAY);
    await app.queue.runDue();
    expect((await counts(setup)).ticket).toBe(1);
    await app.privacy.undoErasure(token);
    await expect(app.privacy.undoErasure(token)).rejects.toMatchObject({ code: 'invalid' });
    setup.later(2 * DAY);
    await app.queue.runDue();
    expect((await counts(setup)).ticket).toBe(1);
    expect(await app.privacy.runningErasure(mei)).toBeNull();
  });

  it('takes everything of one person, leaves the counts and everything of another', async () => {
    const setup = await setUpApplication(source);
    const { app } = setup;
    const mei = await lived(setup, 'mei');
    const tom = await lived(setup, 'tom');
    const before = await counts(setup);
    await app.privacy.askErasure(mei, { email: mei.email });
    await setup.mails();
    setup.later(7 * DAY + 1_000);
    await app.queue.runDue();
    const after = await counts(setup);
    expect(after).toMatchObject({ touch: before.touch + 1, ticket: 1, gap: 1 });
    expect(await app.accounts.personById(app.database.db, mei.personId)).toBeNull();
    expect((await app.bridge.tickets.list(tom)).tickets).toHaveLength(1);
    expect((await app.privacy.own(tom, {}, fakeTranslator)).contacts.counts.length).toBeGreaterThan(0);
    const folder = app.settings.dataFolder;
    expect(readdirSync(join(folder, 'files'))).toHaveLength(1);
    const mails = readdirSync(join(folder, 'mail')).map((name) => readFileSync(join(folder, 'mail', name), 'utf8'));
    expect(mails.filter((mail) => mail.includes('mei@'))).toEqual([]);
    expect(mails.filter((mail) => mail.includes('tom@'))).not.toEqual([]);
    expect(await app.privacy.isErased(app.database.db, 'MEI@kitewood.example', '2020-01-01T00:00:00.000Z')).toBe(true);
    expect(await app.privacy.isErased(app.database.db, 'tom@kitewood.example', '2020-01-01T00:00:00.000Z')).toBe(false);
    const ledger = readFileSync(join(folder, 'erasures.ndjson'), 'utf8');
    expect(ledger).not.toContain('mei');
    expect(
      ledger
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { kind: string }).kind),
    ).toEqual(['asked', 'erased']);
    const again = await setup.person('Mei');
    await app.database.transaction((tx) => app.privacy.returned(tx, again.personId));
    expect(await app.privacy.isErased(app.database.db, mei.email, new Date(app.runtime.now() + 1).toISOString())).toBe(
      false,
    );
    expect(await app.privacy.isErased(app.database.db, mei.email, '2020-01-01T00:00:00.000Z')).toBe(true);
  });

  it('is whole or not at all, whichever statement fails, and then goes on', { timeout: 90_000 }, async () => {
    const setup = await setUpApplication(source);
    await lived(setup, 'mei');
    const { databaseUrl, dataFolder } = setup.app.settings;
    let left = Infinity;
    const failing = await openedApplication({ databaseUrl, dataFolder }, setup.app.runtime, {}, () => {
      if (--left === 0) throw new Error('The power went.');
    });
    onTestFinished(() => failing.close());
    const mei = await setup.app.privacy.personOf('mei@kitewood.example');
    const { id } = await setup.app.privacy.askFor(mei?.id ?? '', new Date(setup.app.runtime.now()).toISOString());
    let tries = 0;
    let isGone = false;
    // Each try comes further than the one before, up to one that nothing stops.
    for (let done = false; !done; tries++) {
      // Once the rows are gone, cleaning the files of the database is the same each time.
      left = isGone ? Infinity : tries + 1;
      done = await failing.privacy.runErasure(id).then(
        () => true,
        () => false,
      );
      left = Infinity;
      const there = await setup.app.privacy.personOf('mei@kitewood.example');
      const { ticket } = await counts(setup);
      isGone = there === null;
      expect({ tries, ticket }).toEqual({ tries, ticket: isGone ? 0 : 1 });
    }
    expect(tries).toBeGreaterThan(30);
    expect(readdirSync(join(dataFolder, 'files'))).toEqual([]);
    expect(await setup.app.privacy.personOf('mei@kitewood.example')).toBeNull();
  });

  it('goes on where it was killed', async () => {
    const setup = await setUpApplication(source);
    const { app } = setup;
    await lived(setup, 'mei');
    const { id } = await app.privacy.askFor(
      (await app.privacy.personOf('mei@kitewood.example'))?.id ?? '',
      new Date(app.runtime.now()).toISOString(),
    );
    // The rows are gone and the process is, before any file is.
    await app.database.db
      .updateTable('erasure')
      .set({ dueAt: '2020-01-01T00:00:00.000Z' })
      .where('id', '=', id)
      .execute();
    const files = join(app.settings.dataFolder, 'files');
    const [kept = ''] = readdirSync(files);
    const bytes = readFileSync(join(files, kept));
    await app.privacy.runErasure(id);
    expect(existsSync(join(files, kept))).toBe(false);
    writeFileSync(join(files, kept), bytes);
    await app.database.db
      .updateTable('erasure')
      .set({ doneAt: null, leftovers: JSON.stringify({ uploads: [kept], personalFiles: [], addresses: [] }) })
      .where('id', '=', id)
      .execute();
    await app.privacy.runErasure(id);
    expect(existsSync(join(files, kept))).toBe(false);
    await app.privacy.runErasure(id);
  });
});

const fakeTranslator = (await import('../../src/platform/i18n/index.ts')).translator('en');
