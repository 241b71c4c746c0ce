import type { Db } from '../../platform/database/index.ts';
import type {} from '../staffAccessTables.ts';
import type {} from '../tables.ts';
import type { Forgotten, Identity, PersonalSection } from './identity.ts';

/** What this room keeps about somebody: who they are, where they belong, where they are signed in. */
export async function keptByAccounts(db: Db, { personIds, emails }: Identity): Promise<PersonalSection[]> {
  if (personIds.length === 0) return [];
  const people = await db
    .selectFrom('person')
    .leftJoin('tier', 'tier.id', 'person.tierId')
    .leftJoin('person as owner', 'owner.id', 'person.ownerId')
    .select(['person.name', 'person.email', 'person.verifiedAt', 'person.role', 'person.locale', 'person.createdAt'])
    .select(['tier.names as tier', 'owner.name as lookedAfterBy'])
    .where('person.id', 'in', personIds)
    .orderBy('person.createdAt')
    .execute();
  const companies = await db
    .selectFrom('membership')
    .innerJoin('account', 'account.id', 'membership.accountId')
    .select(['account.name', 'membership.role', 'membership.createdAt'])
    .where('membership.personId', 'in', personIds)
    .orderBy('account.name')
    .execute();
  const addresses = await db
    .selectFrom('emailChange')
    .select(['oldEmail', 'newEmail', 'askedAt', 'spentAt'])
    .where('personId', 'in', personIds)
    .orderBy('askedAt')
    .execute();
  const requests = await db
    .selectFrom('enterRequest')
    .select(['purpose', 'email', 'name', 'returnTo', 'createdAt'])
    .where('email', 'in', emails)
    .orderBy('createdAt')
    .execute();
  const sessions = await db
    .selectFrom('loginSession')
    .innerJoin('person', 'person.loginId', 'loginSession.userId')
    .select(['loginSession.createdAt', 'loginSession.expiresAt', 'loginSession.ipAddress', 'loginSession.userAgent'])
    .where('person.id', 'in', personIds)
    .execute();
  const facts = await db
    .selectFrom('personFact')
    .leftJoin('person', 'person.id', 'personFact.notedBy')
    .select(['personFact.key', 'personFact.value', 'personFact.sourceKind', 'person.name as notedBy', 'personFact.at'])
    .where('personFact.personId', 'in', personIds)
    .orderBy('personFact.at')
    .execute();
  const acting = await db
    .selectFrom('acting')
    .innerJoin('person', 'person.id', 'acting.staffId')
    .select(['person.name as by', 'acting.reason', 'acting.beganAt', 'acting.endedAt'])
    .where('acting.customerId', 'in', personIds)
    .orderBy('acting.beganAt')
    .execute();
  return [
    { name: 'person', rows: people },
    { name: 'companies', rows: companies },
    { name: 'facts', rows: facts },
    { name: 'addresses', rows: addresses },
    { name: 'requests', rows: requests },
    { name: 'acting', rows: acting },
    {
      name: 'sessions',
      rows: sessions.map((row) => ({
        ...row,
        createdAt: new Date(row.createdAt).toISOString(),
        expiresAt: new Date(row.expiresAt).toISOString(),
      })),
    },
  ];
}

/** Deletes them: login, sessions, tokens, memberships, and the person. Comes last, since other rooms' rows name the person. */
export async function forgetInAccounts(tx: Db, { personIds, emails, before }: Identity): Promise<Forgotten> {
  const requests =
    emails.length === 0
      ? []
      : await tx
          .deleteFrom('enterRequest')
          .where('email', 'in', emails)
          .where('createdAt', '<=', before)
          .returning('id')
          .execute();
  if (personIds.length === 0) return { ids: requests.map(({ id }) => id), files: [] };
  const changes = await tx.deleteFrom('emailChange').where('personId', 'in', personIds).returning('id').execute();
  const files = await tx.deleteFrom('personalFile').where('personId', 'in', personIds).returning('id').execute();
  await tx.deleteFrom('enterToken').where('personId', 'in', personIds).execute();
  await tx.deleteFrom('staffInvitation').where('email', 'in', emails).where('createdAt', '<=', before).execute();
  await tx.deleteFrom('invitation').where('email', 'in', emails).where('createdAt', '<=', before).execute();
  await tx.updateTable('invitation').set({ invitedBy: null }).where('invitedBy', 'in', personIds).execute();
  await tx.updateTable('accountEvent').set({ personId: null, body: '{}' }).where('personId', 'in', personIds).execute();
  await tx.updateTable('accountEvent').set({ actorId: null }).where('actorId', 'in', personIds).execute();
  for (const email of emails) {
    // Whoever was invited was named by an address alone.
    await tx
      .updateTable('accountEvent')
      .set({ body: '{}' })
      .where('body', 'like', `%${quoted(email)}%`)
      .execute();
  }
  await tx.deleteFrom('personFact').where('personId', 'in', personIds).execute();
  await tx.updateTable('personFact').set({ notedBy: null }).where('notedBy', 'in', personIds).execute();
  await tx.deleteFrom('groupMember').where('personId', 'in', personIds).execute();
  await tx.deleteFrom('acting').where('customerId', 'in', personIds).execute();
  // That something was done about access stays; about whom, and what, does not.
  await tx
    .updateTable('accessEvent')
    .set({ personId: null, detail: '{}' })
    .where('personId', 'in', personIds)
    .execute();
  await tx.deleteFrom('membership').where('personId', 'in', personIds).execute();
  await tx.updateTable('account').set({ ownerId: null }).where('ownerId', 'in', personIds).execute();
  await tx.updateTable('person').set({ ownerId: null }).where('ownerId', 'in', personIds).execute();
  const logins = await tx.selectFrom('person').select('loginId').where('id', 'in', personIds).execute();
  const loginIds = logins.flatMap(({ loginId }) => (loginId === null ? [] : [loginId]));
  await tx.updateTable('erasure').set({ personId: null }).where('personId', 'in', personIds).execute();
  await tx.deleteFrom('person').where('id', 'in', personIds).execute();
  if (loginIds.length > 0) await tx.deleteFrom('login').where('id', 'in', loginIds).execute();
  const ids = [...personIds, ...[...requests, ...changes, ...files].map(({ id }) => id)];
  return { ids, files: [], personalFiles: files.map(({ id }) => id) };
}

/** As an address stands within JSON, with nothing in it that `like` would read as a sign. */
function quoted(email: string): string {
  return JSON.stringify(email)
    .slice(1, -1)
    .replaceAll(/[%_\\]/g, '_');
}
