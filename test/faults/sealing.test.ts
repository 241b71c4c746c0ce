import { expect, it } from 'vitest';
import { eachDatabase } from '../support/databases.ts';
import { killSealerAtEachStep } from './sealRun.ts';

eachDatabase('a sealer that is killed', (source) => {
  const every = source.dialect === 'sqlite' ? 1 : 3;

  it('leaves a sound log, and another one goes on without a gap', { timeout: 180_000 }, async () => {
    const { statements, kills, broken } = await killSealerAtEachStep(await source.freshUrl(), every);
    expect(broken).toEqual([]);
    expect(statements).toBeGreaterThan(10);
    expect(kills).toBeGreaterThan(2 + Math.floor(statements / every) - 1);
  });
});
