import { createReadStream, mkdirSync } from 'node:fs';
import { open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  authorize,
  identityOf,
  personIdOfEmail,
  themselves,
  type Accounts,
  type Identity,
  type Viewer,
} from '../../accounts/index.ts';
import { createKeepMonths, type Bridge, type OwnTouchesPage } from '../../crm-bridge/index.ts';
import { zip } from '../../platform/archive/index.ts';
import type { Database, Db, Tx } from '../../platform/database/index.ts';
import { translator, type Translator } from '../../platform/i18n/index.ts';
import type { Queue } from '../../platform/jobs/index.ts';
import { Refusal } from '../../platform/refusal.ts';
import { instant, newId, type Runtime } from '../../platform/runtime.ts';
import type { Secrets } from '../../platform/secrets/index.ts';
import { createPersonalData, type PersonalData } from '../personalData.ts';
import type { Site } from '../site.ts';
import { createAsking } from './asking.ts';
import { createErasing } from './erasing.ts';
import { createLedger } from './ledger.ts';
import { ownTouchLine, type OwnTouchLine } from './ownTouchLine.ts';
import { jsonText, personalFile } from './personalFile.ts';

const DAY_MS = 24 * 3_600_000;

/** One thing that is known about somebody, and where it comes from. */
export interface OwnFact {
  name: 'name' | 'email' | 'earlier' | 'language' | 'tier' | 'company' | 'colleague' | 'delivery' | 'acting' | 'noted';
  /** What a noted fact is about, in its author's words. */
  label?: string;
  value: string;
  /** Who said so: the person, a colleague, an order, the company. */
  from: 'you' | 'confirmed' | 'company' | 'order' | 'colleague';
  /** The order, the colleague's name … */
  source: string | null;
  at: string | null;
  /** Where it is corrected; null: by writing to us. */
  correct: 'name' | 'email' | 'language' | null;
}

/** What the page shows. */
export interface OwnData {
  facts: OwnFact[];
  contacts: Omit<OwnTouchesPage, 'touches'> & { lines: OwnTouchLine[] };
  /** How many of each kind are kept. */
  counts: Record<string, number>;
  file: { id: string; state: 'making' | 'ready'; askedAt: string; until: string | null; size: number | null } | null;
  erasure: { askedAt: string; dueAt: string } | null;
  /** For how many months touches are kept: searches and reads, and every other contact. */
  months: { searches: number; contacts: number };
  /** Colleagues first have to stop being one. */
  mayErase: boolean;
}

export interface PrivacyDeps {
  database: Database;
  runtime: Runtime;
  queue: Queue;
  accounts: Accounts;
  bridge: Bridge;
  site: Site;
  secrets: Secrets;
  dataFolder: string;
  /** Where the ledger of erasures lies. */
  ledgerFile: string;
  settle(): Promise<void>;
}

/** What is kept about people: to be seen, corrected, taken along and erased. */
export function createPrivacy(deps: PrivacyDeps) {
  const { database, runtime, queue, accounts, bridge, site, secrets, dataFolder } = deps;
  const ledger = createLedger({ path: deps.ledgerFile, key: secrets.key('erasures') });
  const folders = {
    uploads: join(dataFolder, 'files'),
    mails: join(dataFolder, 'mail'),
    personalFiles: join(dataFolder, 'personal'),
    orderFiles: join(dataFolder, 'order-files'),
  };
  const keptAbout = createPersonalData({ database, bridge: () => bridge });
  const asking = createAsking({ database, runtime, queue, accounts, ledger, key: secrets.key('erasure-undo') });
  const erasing = createErasing({ database, runtime, queue, accounts, bridge, ledger, folders, settle: deps.settle });
  const fileParts = { database, bridge, keptAbout, uploads: folders.uploads, brand: site.brand.name };

  const keepMonths = createKeepMonths(site.touches.keepMonths);

  const now = () => instant(runtime.now());
  const identity = (personId: string): Promise<Identity> => identityOf(database.db, personId, now());

  async function latestFile(personId: string): Promise<OwnData['file']> {
    const row = await database.db
      .selectFrom('personalFile')
      .selectAll()
      .where('personId', '=', personId)
      .where('askedAt', '>', instant(runtime.now() - DAY_MS))
      .orderBy('id', 'desc')
      .executeTakeFirst();
    if (!row) return null;
    const { id, askedAt, readyAt, size } = row;
    if (readyAt === null) return { id, state: 'making', askedAt, until: null, size: null };
    return { id, state: 'ready', askedAt, until: instant(Date.parse(readyAt) + DAY_MS), size };
  }

  async function make(fileId: string): Promise<void> {
    const row = await database.db.selectFrom('personalFile').selectAll().where('id', '=', fileId).executeTakeFirst();
    if (!row || row.readyAt !== null) return;
    const person = await accounts.personById(database.db, row.personId);
    if (!person) return;
    mkdirSync(folders.personalFiles, { recursive: true, mode: 0o700 });
    const aside = join(folders.personalFiles, `.${fileId}.part`);
    const tr = translator(person.locale, { timeZone: site.brand.timeZone });
    const file = await open(aside, 'w', 0o600);
    await pipeline(
      Readable.from(zip(personalFile(fileParts, await identity(row.personId), tr), runtime.now())),
      file.createWriteStream({ flush: true }),
    );
    const path = join(folders.personalFiles, fileId);
    await rename(aside, path);
    const { size } = await open(path, 'r').then(async (made) => made.stat().finally(() => made.close()));
    await database.db.updateTable('personalFile').set({ readyAt: now(), size }).where('id', '=', fileId).execute();
  }

  queue.handle('privacy.file', (job) => make((job.payload as { fileId: string }).fileId), { atOnce: 1 });

  return {
    ...asking,
    ledger,
    replay: erasing.replay,
    /** Does an erasure that is due, now; for the command line. */
    runErasure: erasing.run,

    /** What the page shows of the viewer. @throws Refusal `unauthenticated`, `forbidden` */
    async own(
      viewer: Viewer,
      about: { channel?: string | undefined; before?: string | undefined },
      tr: Translator,
    ): Promise<OwnData> {
      const person = themselves(viewer);
      const who = await identity(person.personId);
      const [data, page, erasure, file] = await Promise.all([
        keptAbout(who),
        bridge.personal.touches.read(who.personIds, about),
        asking.runningErasure(viewer),
        latestFile(person.personId),
      ]);
      const { touches, ...contacts } = page;
      return {
        facts: factsOf(data, tr),
        contacts: { ...contacts, lines: touches.map((touch) => ownTouchLine(tr, touch)) },
        counts: Object.fromEntries(data.sections.map(({ name, rows }) => [name, rows.length])),
        file,
        erasure,
        months: { searches: keepMonths('search.asked'), contacts: keepMonths('ticket.opened') },
        mayErase: person.role === 'customer',
      };
    },

    /** The same as JSON: everything, and a page of the contacts. @throws Refusal `unauthenticated`, `forbidden` */
    async ownJson(viewer: Viewer, before?: string): Promise<Record<string, unknown>> {
      const who = await identity(themselves(viewer).personId);
      const { at, sections } = await keptAbout(who);
      const { touches, next } = await bridge.personal.touches.read(who.personIds, { before });
      return { at, ...Object.fromEntries(sections.map(({ name, rows }) => [name, rows])), contacts: touches, next };
    },

    /** Owes the viewer a file with everything; one at a time. @throws Refusal `unauthenticated`, `forbidden` */
    async askFile(viewer: Viewer): Promise<void> {
      const { personId } = themselves(viewer);
      if ((await latestFile(personId))?.state === 'making') return;
      const id = newId(runtime);
      await database.transaction(async (tx) => {
        const row = { id, personId, askedAt: now(), readyAt: null, size: null };
        await tx.insertInto('personalFile').values(row).execute();
        await queue.enqueue(tx, { kind: 'privacy.file', key: `privacy.file:${id}`, payload: { fileId: id } });
      });
    },

    /** Opens a file that is the viewer's and younger than a day. @throws Refusal `not_found`, `unauthenticated`, `forbidden` */
    async downloadFile(viewer: Viewer, fileId: string) {
      const { personId } = themselves(viewer);
      const row = await database.db
        .selectFrom('personalFile')
        .selectAll()
        .where('id', '=', fileId)
        .where('personId', '=', personId)
        .where('readyAt', '>', instant(runtime.now() - DAY_MS))
        .executeTakeFirst();
      if (!row?.readyAt) throw new Refusal('not_found');
      const name = `${site.brand.name.replaceAll(/[^\p{L}\p{N}]+/gu, '-')}-${row.readyAt.slice(0, 10)}.zip`;
      const stream = createReadStream(join(folders.personalFiles, fileId));
      return { stream, name, type: 'application/zip', size: Number(row.size) };
    },

    /** Deletes files that had their day. The worker calls it. */
    async sweepFiles(): Promise<void> {
      const old = instant(runtime.now() - DAY_MS);
      await database.db
        .deleteFrom('personalFile')
        .where('askedAt', '<', instant(runtime.now() - 2 * DAY_MS))
        .execute();
      const current = await database.db.selectFrom('personalFile').select('id').where('askedAt', '>', old).execute();
      const kept = new Set(current.map(({ id }) => id));
      for (const name of await readdir(folders.personalFiles).catch(() => [])) {
        if (!kept.has(name.replace(/^\.|\.part$/g, ''))) await rm(join(folders.personalFiles, name), { force: true });
      }
    },

    /** Everything about the person of an address as JSON, piece by piece; null for an address that nobody has. For the command line. */
    async exportOf(email: string): Promise<AsyncGenerator<string> | null> {
      const personId = await personIdOfEmail(database.db, email);
      if (personId === null) return null;
      const who = await identity(personId);
      return jsonText(await keptAbout(who), bridge.personal.touches.all(who.personIds));
    },

    /** Who has an address, and as what; null for nobody. For the command line. */
    async personOf(email: string) {
      const personId = await personIdOfEmail(database.db, email);
      return personId === null ? null : accounts.personById(database.db, personId);
    },

    /**
     * Whether what names this address must be stored without it: its holder was erased. For orders that are pushed again.
     * @param at when it happened, ISO: what somebody ordered after they had come back is theirs.
     */
    isErased: (db: Db, email: string, at: string): Promise<boolean> =>
      accounts.erasures.isErased(db, ledger.addressHash(email.trim().toLowerCase()), at),

    /** An address was proven (again), in the transaction that proved it. */
    async returned(tx: Tx, personId: string): Promise<void> {
      const row = await tx.selectFrom('person').select('email').where('id', '=', personId).executeTakeFirst();
      if (row) await accounts.erasures.returned(tx, ledger.addressHash(row.email));
    },

    /** Whether a viewer may see what is kept about them; for offering the way. */
    require: (viewer: Viewer) => authorize(viewer, 'data.own'),
  };
}

export type Privacy = ReturnType<typeof createPrivacy>;

function factsOf({ sections }: PersonalData, tr: Translator): OwnFact[] {
  const rowsOf = (name: string) => sections.find((section) => section.name === name)?.rows ?? [];
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  const [person] = rowsOf('person');
  if (!person) return [];
  const facts: OwnFact[] = [
    {
      name: 'name',
      value: text(person['name']),
      from: 'you',
      source: null,
      at: text(person['createdAt']),
      correct: 'name',
    },
    {
      ...{ name: 'email', value: text(person['email']), from: 'confirmed', source: null },
      ...{ at: text(person['verifiedAt']) || null, correct: 'email' },
    },
    {
      ...{ name: 'language', value: tr.t(person['locale'] === 'en' ? 'data.language.en' : 'data.language.zh-cn') },
      ...{ from: 'you', source: null, at: null, correct: 'language' },
    },
  ];
  if (typeof person['tier'] === 'string') {
    const names = JSON.parse(person['tier']) as Record<string, string>;
    facts.push({ name: 'tier', value: names[tr.locale] ?? '', from: 'company', source: null, at: null, correct: null });
  }
  for (const { name, createdAt } of rowsOf('companies'))
    facts.push({
      name: 'company',
      value: text(name),
      from: 'company',
      source: null,
      at: text(createdAt),
      correct: null,
    });
  if (typeof person['lookedAfterBy'] === 'string')
    facts.push({
      name: 'colleague',
      value: person['lookedAfterBy'],
      from: 'company',
      source: null,
      at: null,
      correct: null,
    });
  for (const { oldEmail, spentAt } of rowsOf('addresses')) {
    if (!spentAt) continue;
    facts.push({ name: 'earlier', value: text(oldEmail), from: 'you', source: null, at: text(spentAt), correct: null });
  }
  for (const { key, value, notedBy, at } of rowsOf('facts'))
    facts.push({
      ...{ name: 'noted', label: text(key), value: text(value), at: text(at), correct: null },
      ...(notedBy ? { from: 'colleague', source: text(notedBy) } : { from: 'company', source: null }),
    });
  const delivered = new Set<string>();
  for (const { deliverTo, number, placedAt } of rowsOf('orders').toReversed()) {
    const value = text(deliverTo);
    if (value === '' || delivered.has(value)) continue;
    delivered.add(value);
    facts.push({ name: 'delivery', value, from: 'order', source: text(number), at: text(placedAt), correct: null });
  }
  for (const { by, reason, beganAt } of rowsOf('acting'))
    facts.push({
      name: 'acting',
      value: text(reason),
      from: 'colleague',
      source: text(by),
      at: text(beganAt),
      correct: null,
    });
  return facts;
}
