import { createHmac } from 'node:crypto';
import type { Db, Tx } from '../platform/database/index.ts';
import { instant, type Runtime } from '../platform/runtime.ts';
import { open, seal } from '../platform/secrets/index.ts';
import type {} from './staffAccessTables.ts';
import { base32, SECRET_BYTES, stepOfCode } from './totp.ts';

/** How many recovery codes are made at a time. */
const CODES = 10;
const CODE_BYTES = 10;
const GROUP = 4;

export interface SecondFactorDeps {
  runtime: Runtime;
  /** 32 bytes: seals the secrets, and keys the hashes of recovery codes. */
  key: Uint8Array;
}

/**
 * Second factors as they are stored: the authenticator's secret sealed for its login, recovery codes as keyed hashes.
 * Each code of either kind passes once; of two that come together, one.
 */
export function createSecondFactors({ runtime, key }: SecondFactorDeps) {
  const sealedFor = (loginId: string) => `second-factor:${loginId}`;

  async function secretOf(db: Db, loginId: string) {
    const row = await db.selectFrom('secondFactor').selectAll().where('loginId', '=', loginId).executeTakeFirst();
    if (!row) return null;
    const { confirmedAt, createdAt, lastStep, sealedSecret } = row;
    return { secret: open(key, sealedSecret, sealedFor(loginId)), confirmedAt, createdAt, lastStep: Number(lastStep) };
  }

  function hashOf(loginId: string, code: string): string {
    return createHmac('sha256', key).update(`recovery\n${loginId}\n${code}`).digest('base64url');
  }

  /** Takes a code of the app, so that it passes no second time. @returns whether it was right. */
  async function takeAppCode(tx: Tx, loginId: string, code: string, confirmed: boolean): Promise<boolean> {
    const factor = await secretOf(tx, loginId);
    if (!factor || (factor.confirmedAt !== null) !== confirmed) return false;
    const step = stepOfCode(factor.secret, code, runtime.now(), factor.lastStep);
    if (step === null) return false;
    const taken = await tx
      .updateTable('secondFactor')
      .set({ lastStep: step, ...(!confirmed && { confirmedAt: instant(runtime.now()) }) })
      .where('loginId', '=', loginId)
      .where('lastStep', '<', step)
      .where('confirmedAt', confirmed ? 'is not' : 'is', null)
      .executeTakeFirst();
    return taken.numUpdatedRows === 1n;
  }

  async function takeRecoveryCode(tx: Tx, loginId: string, code: string): Promise<boolean> {
    const spent = await tx
      .updateTable('recoveryCode')
      .set({ spentAt: instant(runtime.now()) })
      .where('loginId', '=', loginId)
      .where('hash', '=', hashOf(loginId, code))
      .where('spentAt', 'is', null)
      .executeTakeFirst();
    return spent.numUpdatedRows === 1n;
  }

  return {
    secretOf,

    async isOn(db: Db, loginId: string): Promise<boolean> {
      const row = await db
        .selectFrom('secondFactor')
        .select('loginId')
        .where('loginId', '=', loginId)
        .where('confirmedAt', 'is not', null)
        .executeTakeFirst();
      return row !== undefined;
    },

    /** A new secret, to be confirmed by a code of it. One that counts already stays. */
    async begin(tx: Tx, loginId: string): Promise<void> {
      const sealedSecret = seal(key, runtime.randomBytes(SECRET_BYTES), sealedFor(loginId));
      const row = { sealedSecret, createdAt: instant(runtime.now()), confirmedAt: null, lastStep: 0 };
      await tx
        .insertInto('secondFactor')
        .values({ loginId, ...row })
        .onConflict((conflict) =>
          conflict.column('loginId').doUpdateSet(row).where('secondFactor.confirmedAt', 'is', null),
        )
        .execute();
    },

    /** The first right code makes a factor count. @returns whether it was right. */
    confirm: (tx: Tx, loginId: string, code: string): Promise<boolean> =>
      takeAppCode(tx, loginId, digitsOf(code), false),

    /** Takes a code of the app or a recovery code. @returns which it was; null for one that is wrong or was used. */
    async take(tx: Tx, loginId: string, code: string): Promise<'app' | 'recovery' | null> {
      if (await takeAppCode(tx, loginId, digitsOf(code), true)) return 'app';
      return (await takeRecoveryCode(tx, loginId, lettersOf(code))) ? 'recovery' : null;
    },

    /** Ten new recovery codes; earlier ones work no more. @returns them, for the only time. */
    async renewCodes(tx: Tx, loginId: string): Promise<string[]> {
      const codes = Array.from({ length: CODES }, () => base32(runtime.randomBytes(CODE_BYTES)).toLowerCase());
      await tx.deleteFrom('recoveryCode').where('loginId', '=', loginId).execute();
      await tx
        .insertInto('recoveryCode')
        .values(codes.map((code) => ({ loginId, hash: hashOf(loginId, code), spentAt: null })))
        .execute();
      return codes.map((code) => code.match(new RegExp(`.{${GROUP}}`, 'g'))?.join('-') ?? code);
    },

    async codesLeft(db: Db, loginId: string): Promise<number> {
      const { left } = await db
        .selectFrom('recoveryCode')
        .select((eb) => eb.fn.countAll().as('left'))
        .where('loginId', '=', loginId)
        .where('spentAt', 'is', null)
        .executeTakeFirstOrThrow();
      return Number(left);
    },

    /** Takes the factor away, recovery codes too. @returns whether there was one that counted. */
    async drop(tx: Tx, loginId: string): Promise<boolean> {
      const gone = await tx
        .deleteFrom('secondFactor')
        .where('loginId', '=', loginId)
        .returning('confirmedAt')
        .executeTakeFirst();
      await tx.deleteFrom('recoveryCode').where('loginId', '=', loginId).execute();
      return gone !== undefined && gone.confirmedAt !== null;
    },
  };
}

export type SecondFactors = ReturnType<typeof createSecondFactors>;

/** As people type codes: in groups, in capitals, full-width where their keyboard is set so. */
const digitsOf = (code: string): string => code.normalize('NFKC').replaceAll(/\s/g, '');
const lettersOf = (code: string): string =>
  code
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^a-z2-7]/g, '');
