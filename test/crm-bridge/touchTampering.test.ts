import { expect, it } from 'vitest';
import { desk } from '../../src/crm-bridge/index.ts';
import { diceOf } from '../faults/random.ts';
import { eachDatabase } from '../support/databases.ts';
import { setUpBridge } from './bridgeSetup.ts';
import { createIntruder, dropTriggers } from './tampering.ts';

const TOUCHES = 240;
const ROUNDS = 12;

eachDatabase('whoever changes the sealed log', (source) => {
  const tries = source.dialect === 'sqlite' ? 1_000 : 150;

  it(`is found, each of ${tries} times, and nobody else`, { timeout: 180_000 }, async () => {
    const seed = Number(process.env['WAYPOST_TEST_SEED'] ?? Date.now() % 1_000_000_000);
    console.info(`WAYPOST_TEST_SEED=${seed}`);
    const { database, bridge, person } = await setUpBridge(source, [desk()]);
    const { personId } = await person('Mei');
    for (let round = 0; round < ROUNDS; round++) {
      for (let n = 0; n < TOUCHES / ROUNDS; n++)
        bridge.touches.record({
          ...{
            type: n % 2 ? 'article.read' : 'call.logged',
            channel: 'phone',
            direction: 'inbound',
            actor: 'customer',
          },
          ...{ personId: n % 3 ? personId : null, place: n % 5 ? null : '柏林 store', body: { text: `Touch ${n}` } },
        });
      await bridge.touches.flush();
      await bridge.sealedLog.seal();
    }
    await dropTriggers(database);
    const touches = await database.db.selectFrom('touch').selectAll().orderBy('seq').execute();
    const seals = await database.db.selectFrom('touchSeal').selectAll().orderBy('number').execute();
    expect([touches.length, seals.length]).toEqual([TOUCHES, 2 * ROUNDS]);
    const tamper = createIntruder(database, touches, seals, diceOf(seed));
    const wrong: string[] = [];
    const done = new Map<string, number>();
    for (let n = 0; n < tries; n++) {
      const { what, expected, undo } = await tamper();
      const kind = what.replaceAll(/\d+|(from|to) .*/gs, '');
      done.set(kind, (done.get(kind) ?? 0) + 1);
      const { findings } = await bridge.sealedLog.verify();
      for (const { faults, segment, seq } of expected) {
        const isFound = findings.some(
          (found) =>
            faults.includes(found.fault) &&
            (segment === undefined || found.segment === segment) &&
            (seq === undefined || found.seq === seq),
        );
        if (!isFound) wrong.push(`${what}: missed; found ${JSON.stringify(findings.slice(0, 5))}`);
      }
      await undo();
      if (n % 4 !== 0 && n < tries - 1) continue;
      const after = await bridge.sealedLog.verify();
      if (!after.sound) {
        wrong.push(`${what}: undone, but ${JSON.stringify(after.findings.slice(0, 5))}`);
        break;
      }
    }
    expect(wrong).toEqual([]);
    expect(done.size).toBeGreaterThan(12);
  });
});
