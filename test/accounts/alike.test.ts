import { beforeAll, expect, it } from 'vitest';
import { asRefusal } from '../../src/platform/refusal.ts';
import { eachDatabase } from '../support/databases.ts';
import { client, openPortal, type Portal } from './portal.ts';

/** Tries for each of the two; with so many, chance alone moves the AUC by 0.02. */
const TRIES = 200;

eachDatabase('accounts: known and unknown addresses', (source) => {
  let portal: Portal;
  beforeAll(async () => {
    portal = await openPortal(source);
    for (let index = 0; index < 20; index++) await portal.person(known(index));
  });

  const wrong = 'a password that is not theirs';
  const ways: [string, (email: string) => Promise<unknown>][] = [
    ['sign-in', (email) => portal.accounts.signIn({ email, password: wrong }, client)],
    ['sign-up', (email) => portal.accounts.signUp({ name: 'Somebody', email, password: wrong }, client)],
    ['link', (email) => portal.accounts.requestLink({ email }, client)],
    ['new password', (email) => portal.accounts.requestReset({ email }, client)],
  ];

  // The hash costs less here than in use, so whatever else differs weighs more.
  it.each(ways)('%s answers both alike in words and in time', { timeout: 60_000 }, async (_way, ask) => {
    const times = { known: [] as number[], unknown: [] as number[] };
    const answers = { known: new Set<string>(), unknown: new Set<string>() };
    const tryOne = async (kind: 'known' | 'unknown', email: string) => {
      const from = performance.now();
      const answer = await ask(email).catch((error: unknown) => {
        const refusal = asRefusal(error);
        if (!refusal) throw error;
        return { code: refusal.code, fields: refusal.fields };
      });
      times[kind].push(performance.now() - from);
      answers[kind].add(JSON.stringify(answer).replaceAll(email, '<email>'));
    };
    for (let index = 0; index < 20; index++) await ask(unknown(`warm${index}`)).catch(() => undefined);
    for (let index = 0; index < TRIES; index++) {
      const both = [() => tryOne('known', known(index % 20)), () => tryOne('unknown', unknown(index % 20))];
      // Alternating which comes first, so that neither rides on the other's warm caches.
      for (const one of index % 2 ? both : both.reverse()) await one();
    }
    expect(answers.known.size).toBe(1);
    expect([...answers.unknown]).toEqual([...answers.known]);
    const area = auc(times.known, times.unknown);
    expect(area).toBeGreaterThan(0.4);
    expect(area).toBeLessThan(0.6);
  });
});

const known = (index: number) => `known${index}@kitewood.example`;
const unknown = (index: number | string) => `other${index}@kitewood.example`;

/** How often a value of one lies above a value of the other: 0.5 when nobody can tell them apart. */
function auc(one: number[], other: number[]): number {
  const sorted = [...other].sort((a, b) => a - b);
  let below = 0;
  for (const value of one) {
    const lower = sorted.findIndex((candidate) => candidate >= value);
    below += lower === -1 ? sorted.length : lower;
  }
  return below / (one.length * other.length);
}
