import { expect, it } from 'vitest';
import { desk } from '../../src/crm-bridge/index.ts';
import { createKeepMonths, monthsBefore } from '../../src/crm-bridge/touches/keepMonths.ts';
import { SEAL_LEASE_MS } from '../../src/crm-bridge/touches/sealer.ts';
import type { Database } from '../../src/platform/database/index.ts';
import { instant } from '../../src/platform/runtime.ts';
import { eachDatabase } from '../support/databases.ts';
import { heldRuntime } from '../support/heldRuntime.ts';
import { setUpBridge } from './bridgeSetup.ts';

const inbound = { channel: 'web', direction: 'inbound', actor: 'customer', personId: null } as const;
const DAY_MS = 24 * 3_600_000;

/** Beginning in the middle of a month, so that a day more or less is the same month. */
const setUp = (source: Parameters<typeof setUpBridge>[0], keepTouches: Record<string, number> = {}) =>
  setUpBridge(source, [desk()], { runtime: heldRuntime('2026-03-15T12:00:00.000Z'), keepTouches });

const typesLeft = async ({ db }: Database): Promise<string[]> =>
  (await db.selectFrom('touch').select('type').orderBy('type').execute()).map(({ type }) => type);

it('the time of a type is that of the longest name that fits', () => {
  const keepMonths = createKeepMonths({ call: 24, 'call.missed': 6 });
  expect(
    ['search.asked', 'article.read', 'call.logged', 'call.missed', 'call.missed.twice', 'mail.sent'].map(keepMonths),
  ).toEqual([13, 13, 24, 6, 6, 84]);
  expect(['default', 'searching', '', 'constructor'].map(keepMonths)).toEqual([84, 84, 84, 84]);
  expect(createKeepMonths({ default: 3 })('mail.sent')).toBe(3);
});

it('a month before the last day of a long month is the last day of a short one', () => {
  const before = (at: string, months: number) => instant(monthsBefore(Date.parse(at), months)).slice(0, 16);
  expect(before('2026-03-31T10:30:00.000Z', 1)).toBe('2026-02-28T10:30');
  expect(before('2026-01-15T00:00:00.000Z', 13)).toBe('2024-12-15T00:00');
  expect(before('2028-02-29T00:00:00.000Z', 12)).toBe('2027-02-28T00:00');
});

eachDatabase('retention of touches', (source) => {
  it('drops segments whose time is over, keeps their seals and counts, and verifying holds', async () => {
    const { bridge, database, clock, person } = await setUp(source);
    const { personId } = await person('Mei');
    const { sealedLog, touches } = bridge;
    for (let n = 0; n < 6; n++) {
      touches.record({ ...inbound, type: 'search.asked', body: { n } });
      touches.record({ ...inbound, type: 'article.read', channel: 'chat', body: { n } });
      touches.record({ ...inbound, type: 'call.logged', personId, channel: 'phone', body: { n } });
    }
    await touches.flush();
    await sealedLog.seal();
    expect(await sealedLog.drop()).toEqual({ segments: 0, touches: 0, months: [] });
    clock.ahead = 300 * DAY_MS;
    touches.record({ ...inbound, type: 'search.asked', body: {} });
    await touches.flush();
    await sealedLog.seal();

    clock.ahead = 430 * DAY_MS; // thirteen months after the end of that month
    expect(await sealedLog.drop()).toEqual({ segments: 1, touches: 12, months: ['2026-03'] });
    expect(await sealedLog.drop()).toEqual({ segments: 0, touches: 0, months: [] });
    expect(await typesLeft(database)).toEqual([...Array.from({ length: 6 }, () => 'call.logged'), 'search.asked']);
    expect(await database.db.selectFrom('touchCount').selectAll().orderBy('type').execute()).toEqual([
      { month: '2026-03', type: 'article.read', channel: 'chat', count: 6 },
      { month: '2026-03', type: 'search.asked', channel: 'web', count: 6 },
    ]);
    expect(await sealedLog.verify()).toMatchObject({
      ...{ sound: true, touches: 7, segments: 3, seq: 19 },
      dropped: [{ segments: [1, 1], seq: [1, 12], touches: 12 }],
    });

    clock.ahead = 84 * 31 * DAY_MS;
    expect(await sealedLog.drop()).toEqual({ segments: 2, touches: 7, months: ['2027-01'] });
    expect(await sealedLog.verify()).toMatchObject({
      ...{ sound: true, touches: 0, segments: 3 },
      dropped: [{ segments: [1, 3], seq: [1, 19], touches: 19 }],
    });
    // The numbers go on where they were.
    touches.record({ ...inbound, type: 'search.asked', body: {} });
    await touches.flush();
    clock.ahead += SEAL_LEASE_MS + 1;
    expect(await sealedLog.seal()).toBe(1);
    expect(await sealedLog.verify()).toMatchObject({ sound: true, touches: 1, seq: 20 });
  });

  it('goes by what holds today: a longer time keeps what was sealed for a shorter one, and a shorter one drops it', async () => {
    const { bridge, database, clock, beside } = await setUp(source, { visit: 2, default: 50 });
    bridge.touches.record({ ...inbound, type: 'visit.logged', body: {} });
    bridge.touches.record({ ...inbound, type: 'mail.sent', body: {} });
    await bridge.touches.flush();
    await bridge.sealedLog.seal();
    clock.ahead = 100 * DAY_MS;
    const longer = beside({ keepTouches: { visit: 12, default: 50 } });
    expect(await longer.bridge.sealedLog.drop()).toMatchObject({ segments: 0 });
    expect(await bridge.sealedLog.drop()).toMatchObject({ segments: 1 });
    const shorter = beside({ keepTouches: { default: 3 } });
    expect(await shorter.bridge.sealedLog.drop()).toMatchObject({ segments: 1 });
    expect(await typesLeft(database)).toEqual([]);
    expect(await bridge.sealedLog.verify()).toMatchObject({ sound: true });
  });

  it('drops nothing that was changed meanwhile: it would be lost that it was', async () => {
    const { bridge, database, clock } = await setUp(source);
    for (let n = 0; n < 3; n++) bridge.touches.record({ ...inbound, type: 'search.asked', body: { n } });
    await bridge.touches.flush();
    await bridge.sealedLog.seal();
    const { db } = database;
    const before = await db.selectFrom('touchSeal').selectAll().executeTakeFirstOrThrow();
    const { id } = await db.selectFrom('touch').select('id').limit(1).executeTakeFirstOrThrow();
    // Feigned to be dropped, so that the trigger lets a row go, and unmarked again.
    await db.transaction().execute(async (tx) => {
      await tx.updateTable('touchSeal').set({ droppedAt: 'x', droppedMac: 'x' }).execute();
      await tx.deleteFrom('touch').where('id', '=', id).execute();
    });
    const findings = (await bridge.sealedLog.verify()).findings.map(({ fault }) => fault);
    expect(findings).toContain('drop_forged');
    clock.ahead = 500 * DAY_MS;
    expect(await bridge.sealedLog.drop()).toMatchObject({ segments: 0, touches: 0 });
    expect(await db.selectFrom('touch').select('id').execute()).toHaveLength(before.count - 1);
  });

  it('runs in several processes at once, and counts each touch once', async () => {
    const { bridge, database, clock, beside } = await setUp(source);
    for (let segment = 0; segment < 5; segment++) {
      for (let n = 0; n < 10; n++) bridge.touches.record({ ...inbound, type: 'search.asked', body: { n } });
      await bridge.touches.flush();
      await bridge.sealedLog.seal();
    }
    clock.ahead = 500 * DAY_MS;
    const all = await Promise.all([bridge, beside().bridge, beside().bridge].map(({ sealedLog }) => sealedLog.drop()));
    expect(all.reduce((sum, { touches }) => sum + touches, 0)).toBe(50);
    const { count } = await database.db.selectFrom('touchCount').select('count').executeTakeFirstOrThrow();
    expect(count).toBe(50);
    expect(await bridge.sealedLog.verify()).toMatchObject({ sound: true, segments: 5 });
  });
});
