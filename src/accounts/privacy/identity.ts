import type { Db } from '../../platform/database/index.ts';
import type {} from '../tables.ts';
import type {} from './tables.ts';

/** One human, as the rooms know them: every row and every address that stands for them. */
export interface Identity {
  /** The proven person first, then guests of the same address and those who turned out to be them. */
  personIds: readonly string[];
  /** Canonical; earlier ones, too. */
  emails: readonly string[];
  /** Addresses that mails of theirs went to and that they never proved. */
  mailedTo?: readonly string[];
  /** Only what was there at this instant is meant: whoever came back afterwards is somebody new. */
  before: string;
}

/** What one room keeps about somebody, as rows that a person can read. `name` is the key of its heading. */
export interface PersonalSection {
  name: string;
  rows: readonly Readonly<Record<string, string | number | null>>[];
}

/** What a room's forgetting leaves to do outside the transaction, or to other rooms. */
export interface Forgotten {
  /** Ids of rows that are gone: jobs and kept answers that name them have to go, too. */
  ids: readonly string[];
  /** Names of uploaded files that nobody names any more. */
  files: readonly string[];
  /** Names of the files made for them to take along. */
  personalFiles?: readonly string[];
  /** Names of files of orders that show them. */
  orderFiles?: readonly string[];
}

/**
 * Everybody whom erasing one person means.
 * @param before an instant; whoever was first heard of later is left out.
 */
export async function identityOf(db: Db, personId: string, before: string): Promise<Identity> {
  const asked = await db
    .selectFrom('person')
    .select(['id', 'mergedInto'])
    .where('id', '=', personId)
    .executeTakeFirst();
  const id = asked?.mergedInto ?? asked?.id;
  if (!id) return { personIds: [], emails: [], before };
  const rows = await db
    .selectFrom('person')
    .select(['id', 'email'])
    .where((eb) =>
      eb.or([
        eb('id', '=', id),
        eb('mergedInto', '=', id),
        // An address that they proved is theirs whoever typed it.
        eb.and([
          eb('verifiedAt', 'is', null),
          eb('email', 'in', eb.selectFrom('person').select('email').where('id', '=', id)),
        ]),
      ]),
    )
    .where('createdAt', '<=', before)
    .execute();
  const personIds = rows.map((row) => row.id).sort((a, b) => Number(b === id) - Number(a === id));
  if (personIds.length === 0) return { personIds, emails: [], before };
  const changes = await db
    .selectFrom('emailChange')
    .select(['oldEmail', 'newEmail', 'spentAt'])
    .where('personId', 'in', personIds)
    .execute();
  // An address that was only asked for was never theirs.
  const earlier = changes.flatMap(({ oldEmail, newEmail, spentAt }) =>
    spentAt === null ? [oldEmail] : [oldEmail, newEmail],
  );
  const emails = [...new Set([...rows.map(({ email }) => email), ...earlier])];
  const mailedTo = changes.map(({ newEmail }) => newEmail).filter((email) => !emails.includes(email));
  return { personIds, emails, mailedTo, before };
}

/** The proven person of an address, else its guest; null for an address that nobody has. */
export async function personIdOfEmail(db: Db, email: string): Promise<string | null> {
  const rows = await db
    .selectFrom('person')
    .select(['id', 'verifiedAt'])
    .where('email', '=', email.trim().toLowerCase())
    .where('mergedInto', 'is', null)
    .execute();
  return (rows.find(({ verifiedAt }) => verifiedAt !== null) ?? rows[0])?.id ?? null;
}

/** The accounts that somebody belonged to and has left: what is the company's is not theirs to take along. */
export async function accountsLeft(db: Db, { personIds }: Identity): Promise<string[]> {
  if (personIds.length === 0) return [];
  const rows = await db
    .selectFrom('membership')
    .select(['accountId', 'endedAt'])
    .where('personId', 'in', personIds)
    .execute();
  const current = new Set(rows.flatMap(({ accountId, endedAt }) => (endedAt === null ? [accountId] : [])));
  return [...new Set(rows.map(({ accountId }) => accountId))].filter((accountId) => !current.has(accountId));
}
