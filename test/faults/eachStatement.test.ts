import { expect, it } from 'vitest';
import { eachDatabase } from '../support/databases.ts';
import { killAtEachStatement } from './statementRun.ts';

eachDatabase('an escalation whose process is killed', (source) => {
  // Each kill is a process. PostgreSQL's turn in full is `npm run test:faults`.
  const every = source.dialect === 'sqlite' ? 1 : 6;

  it('is there wholly or not at all, and once after a retry', { timeout: 180_000 }, async () => {
    const { statements, kills, broken } = await killAtEachStatement(await source.freshUrl(), every);
    expect(broken).toEqual([]);
    expect(statements).toBeGreaterThan(15);
    expect(kills).toBeGreaterThan(statements / every);
  });
});
