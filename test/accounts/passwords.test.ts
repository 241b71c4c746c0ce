import { expect, it } from 'vitest';
import { createPasswords, defaultCost } from '../../src/accounts/passwords.ts';
import { systemRuntime } from '../../src/platform/runtime.ts';

const passwords = createPasswords({ runtime: systemRuntime(), cost: { n: 1024, r: 8, p: 1 } });

it('keeps a password as a salted hash that only the same password fits', async () => {
  const hash = await passwords.hash('three ordinary words');
  expect(hash).toMatch(/^scrypt\$1024\$8\$1\$[\w-]{22}\$[\w-]{86}$/);
  expect(await passwords.hash('three ordinary words')).not.toBe(hash);
  expect(await passwords.verify('three ordinary words', hash)).toBe(true);
  expect(await passwords.verify('three ordinary Words', hash)).toBe(false);
  expect(await passwords.verify('', hash)).toBe(false);
});

it('takes the same characters typed another way for the same password', async () => {
  const hash = await passwords.hash('café au lait'.normalize('NFC'));
  expect(await passwords.verify('café au lait'.normalize('NFD'), hash)).toBe(true);
});

it('reads hashes of another cost, and takes what is no hash for wrong', async () => {
  const older = await createPasswords({ runtime: systemRuntime(), cost: { n: 512, r: 8, p: 2 } }).hash(
    'an older password',
  );
  expect(await passwords.verify('an older password', older)).toBe(true);
  for (const broken of ['', 'x', 'scrypt$1024$8$1$$', 'bcrypt$1$1$1$a$b'])
    expect(await passwords.verify('x', broken)).toBe(false);
});

it('lets the event loop go on while it works at full cost', async () => {
  let turns = 0;
  let done = false;
  const turn = () => {
    turns += 1;
    if (!done) setImmediate(turn);
  };
  setImmediate(turn);
  await createPasswords({ runtime: systemRuntime(), cost: defaultCost }).hash('three ordinary words');
  done = true;
  expect(turns).toBeGreaterThan(10);
});
