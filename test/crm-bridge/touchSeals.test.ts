import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { desk } from '../../src/crm-bridge/index.ts';
import { SEAL_BATCH, SEAL_EVERY_MS, SEAL_LEASE_MS, SEALED_WITHIN_MS } from '../../src/crm-bridge/touches/sealer.ts';
import { instant } from '../../src/platform/runtime.ts';
import { eachDatabase } from '../support/databases.ts';
import { heldRuntime } from '../support/heldRuntime.ts';
import { allOf, setUpBridge, type BridgeSetup } from './bridgeSetup.ts';

const read = { type: 'article.read', channel: 'web', direction: 'inbound', actor: 'customer' } as const;
const answered = { ...read, type: 'ticket.answered' };

/** Writes touches of two kinds, of a person and of strangers. */
async function write({ bridge }: Pick<BridgeSetup, 'bridge'>, count: number, personId: string | null = null) {
  for (let n = 0; n < count; n++) bridge.touches.record({ ...(n % 3 ? read : answered), personId, body: { n } });
  await bridge.touches.flush();
}

async function sealedIn({ database }: Pick<BridgeSetup, 'database'>) {
  const rows = await database.db.selectFrom('touch').select('seq').orderBy('seq').execute();
  const seals = await database.db.selectFrom('touchSeal').selectAll().orderBy('number').execute();
  return { seqs: rows.map(({ seq }) => seq), seals };
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n + 1);
const sound = { sound: true, findings: [] };

eachDatabase('the sealed log', (source) => {
  it('numbers touches without a gap and chains them, in segments of one keeping time each', async () => {
    const setup = await setUpBridge(source, [desk()]);
    const { sealedLog } = setup.bridge;
    expect(await sealedLog.verify()).toMatchObject({ ...sound, seq: 0, headFile: 'none' });
    await write(setup, SEAL_BATCH + 101, (await setup.person('Mei')).personId);
    expect(await sealedLog.seal()).toBe(SEAL_BATCH + 101);
    expect(await sealedLog.seal()).toBe(0);
    const { seqs, seals } = await sealedIn(setup);
    expect(seqs).toEqual(upTo(SEAL_BATCH + 101));
    expect(seals.map(({ number, keepMonths, types }) => [number, keepMonths, types])).toEqual([
      [1, 84, '["ticket.answered"]'],
      [2, 13, '["article.read"]'],
      [3, 13, '["article.read"]'],
      [4, 84, '["ticket.answered"]'],
    ]);
    const steps: [number, number][] = [];
    const told = await sealedLog.verify({ onProgress: (done, total) => steps.push([done, total]) });
    expect(told).toMatchObject({ ...sound, touches: SEAL_BATCH + 101, segments: 4, headFile: 'compared' });
    expect(told.head).toBe(seals.at(-1)?.hash);
    expect(steps.at(-1)).toEqual([SEAL_BATCH + 101, SEAL_BATCH + 101]);
  });

  it('stays valid when somebody is forgotten: the chain runs over what is encrypted', async () => {
    const setup = await setUpBridge(source, [desk()]);
    await write(setup, 7, (await setup.person('Mei')).personId);
    await setup.bridge.sealedLog.seal();
    await setup.database.db.deleteFrom('subjectKey').execute();
    expect(await setup.bridge.sealedLog.verify()).toMatchObject({ ...sound, touches: 7 });
    const bodies = (await allOf(setup.bridge.sealedLog.after(0))).map(({ body }) => body);
    expect(bodies).toEqual(Array.from({ length: 7 }, () => null));
  });

  it('is sealed within its time by whoever is there, also when a sealer dies with the lease', async () => {
    const held = heldRuntime();
    const setup = await setUpBridge(source, [desk()], { runtime: held });
    const [dying, other] = [setup.beside(), setup.beside()];
    for (let round = 0; round < 5; round++) {
      await write(setup, 3);
      await dying.bridge.sealedLog.seal(); // and is not heard of again in this round
      await write(setup, 2);
      expect(await other.bridge.sealedLog.seal()).toBe(0);
      let waited = 0;
      while ((await setup.bridge.sealedLog.oldestUnsealed()) !== null) {
        held.advance(SEAL_EVERY_MS);
        waited += SEAL_EVERY_MS;
        await other.bridge.sealedLog.seal();
      }
      expect(waited).toBeLessThan(SEALED_WITHIN_MS);
      held.advance(SEAL_LEASE_MS + 1);
    }
    const rows = await setup.database.db.selectFrom('touch').select(['seq', 'recordedAt']).execute();
    const { seqs, seals } = await sealedIn(setup);
    expect(seqs).toEqual(upTo(25));
    for (const { seq, recordedAt } of rows) {
      const seal = seals.find(({ firstSeq, lastSeq }) => seq !== null && firstSeq <= seq && seq <= lastSeq);
      expect(Date.parse(seal?.sealedAt ?? '') - Date.parse(recordedAt)).toBeLessThan(SEALED_WITHIN_MS);
    }
    expect(await setup.bridge.sealedLog.verify()).toMatchObject(sound);
  });

  it('has one sealer at a time: whoever lost the lease seals nothing more with it', async () => {
    const setup = await setUpBridge(source, [desk()]);
    const [first, second] = [setup.beside(), setup.beside()];
    await write(setup, 1);
    expect(await first.bridge.sealedLog.seal()).toBe(1);
    await write(setup, 1);
    expect(await second.bridge.sealedLog.seal()).toBe(0);
    setup.clock.ahead = SEAL_LEASE_MS + 1_000;
    expect(await second.bridge.sealedLog.seal()).toBe(1);
    await write(setup, 1);
    // The first believes it holds the lease; its fence says otherwise.
    expect(await first.bridge.sealedLog.seal()).toBe(0);
    const { fence } = await setup.database.db.selectFrom('touchSealer').select('fence').executeTakeFirstOrThrow();
    expect(fence).toBe(2);
    expect(await second.bridge.sealedLog.seal()).toBe(1);
    expect(await setup.bridge.sealedLog.verify()).toMatchObject({ ...sound, seq: 3 });
  });

  it('keeps sealing in order when many try at once', async () => {
    const setup = await setUpBridge(source, [desk()]);
    const others = [setup.beside(), setup.beside(), setup.beside()];
    for (let round = 0; round < 6; round++) {
      await Promise.all([
        ...others.map(({ bridge }) => write({ bridge }, 20)),
        ...others.map(({ bridge }) => bridge.sealedLog.seal()),
      ]);
      setup.clock.ahead += SEAL_LEASE_MS + 1;
    }
    await others[0]?.bridge.sealedLog.seal();
    expect((await sealedIn(setup)).seqs).toEqual(upTo(360));
    expect(await setup.bridge.sealedLog.verify()).toMatchObject(sound);
  });

  it('seals nothing on top of a head that somebody changed, and tells of it', async () => {
    const setup = await setUpBridge(source, [desk()]);
    await write(setup, 3);
    await setup.bridge.sealedLog.seal();
    await setup.database.db.updateTable('touchSealer').set({ headSeq: 1 }).execute();
    await write(setup, 1);
    await expect(setup.bridge.sealedLog.seal()).rejects.toMatchObject({ code: 'touch_head_broken' });
    const { findings } = await setup.bridge.sealedLog.verify();
    expect(findings.map(({ fault }) => fault)).toContain('head_changed');
  });

  it('never lets a cut log overwrite what the data folder knows', async () => {
    const setup = await setUpBridge(source, [desk()]);
    const { sealedLog } = setup.bridge;
    await write(setup, 3);
    await sealedLog.seal();
    const early = await setup.database.db.selectFrom('touchSealer').selectAll().executeTakeFirstOrThrow();
    await write(setup, 3);
    await sealedLog.seal();
    const known = readFileSync(setup.touchHeadFile, 'utf8');
    // An intruder who kept an earlier head of ours, with its proof, and has all rights on the database.
    await unlocked(setup, async () => {
      await setup.database.db.deleteFrom('touch').where('seq', '>', early.headSeq).execute();
      await setup.database.db.deleteFrom('touchSeal').where('number', '>', early.headNumber).execute();
      await setup.database.db.updateTable('touchSealer').set(early).execute();
    });
    expect((await sealedLog.verify()).findings).toMatchObject([{ fault: 'tail_cut', seq: early.headSeq + 1 }]);
    await write(setup, 9);
    setup.clock.ahead = SEAL_LEASE_MS + 1_000;
    expect(await sealedLog.seal()).toBe(9);
    expect(readFileSync(setup.touchHeadFile, 'utf8')).toBe(known);
    expect((await sealedLog.verify()).findings).toMatchObject([{ fault: 'tail_cut' }]);
    writeFileSync(setup.touchHeadFile, known.replace('"seq":6', '"seq":5'));
    expect((await sealedLog.verify()).findings).toMatchObject([{ fault: 'head_changed' }]);
    rmSync(setup.touchHeadFile);
    expect(await sealedLog.verify()).toMatchObject({ ...sound, headFile: 'none' });
  });

  it('refuses every change of seals, and of touches that retention has not dropped', async () => {
    const setup = await setUpBridge(source, [desk()]);
    await write(setup, 3);
    await setup.bridge.sealedLog.seal();
    await write(setup, 1);
    const { db } = setup.database;
    const dropped = { droppedAt: instant(0), droppedMac: 'x' };
    for (const change of [{ mac: 'x' }, { lastSeq: 9 }, { ...dropped, hash: 'x' }, { leaves: new Uint8Array() }]) {
      await expect(db.updateTable('touchSeal').set(change).execute()).rejects.toThrow(/append-only/);
    }
    await expect(db.deleteFrom('touchSeal').execute()).rejects.toThrow(/append-only/);
    await expect(db.deleteFrom('touchSealer').execute()).rejects.toThrow();
    await expect(db.deleteFrom('touch').execute()).rejects.toThrow(/append-only/);
    await db.updateTable('touchSeal').set(dropped).where('number', '=', 1).execute();
    await expect(db.updateTable('touchSeal').set(dropped).where('number', '=', 1).execute()).rejects.toThrow(
      /append-only/,
    );
    // Of a marked segment rows may go, of no other one; who marked it without the key is found.
    await expect(db.deleteFrom('touch').where('seq', '>', 1).execute()).rejects.toThrow(/append-only/);
    await db.deleteFrom('touch').where('seq', '=', 1).execute();
    await expect(db.deleteFrom('touch').where('seq', 'is', null).execute()).rejects.toThrow(/append-only/);
    expect((await setup.bridge.sealedLog.verify()).findings).toMatchObject([
      { fault: 'drop_forged', segment: 1 },
      { fault: 'counts_changed' },
    ]);
  });
});

/** As an intruder does it who may change the schema. */
async function unlocked({ database }: BridgeSetup, change: () => Promise<void>): Promise<void> {
  for (const [table, trigger] of [
    ['touch', 'touch_kept'],
    ['touch_seal', 'touch_seal_kept'],
  ] as const) {
    const drop = database.dialect === 'sqlite' ? `drop trigger ${trigger}` : `drop trigger ${trigger} on ${table}`;
    await sql.raw(drop).execute(database.db);
  }
  await change();
}
