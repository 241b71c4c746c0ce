import type { Db } from '../platform/database/index.ts';
import { standingOf } from './standing.ts';
import { noStanding, type PersonViewer } from './viewer.ts';

/**
 * A person as a viewer, without a session of theirs: to ask the gate whether a mail may go to them. They act for
 * nobody. Null for unknown ones.
 * @param personId a guest who turned out to be somebody is answered with that person.
 */
export async function viewerOfPerson(db: Db, personId: string): Promise<PersonViewer | null> {
  const row = await db
    .selectFrom('person as asked')
    .innerJoin('person', (join) =>
      join.on((eb) => eb('person.id', '=', eb.fn.coalesce('asked.mergedInto', 'asked.id'))),
    )
    .select(['person.id', 'person.name', 'person.email', 'person.verifiedAt', 'person.role', 'person.locale'])
    .select(['person.tierId', 'person.accountId'])
    .where('asked.id', '=', personId)
    .executeTakeFirst();
  if (!row) return null;
  const { id, name, email, verifiedAt, role, locale, tierId, accountId } = row;
  return {
    ...noStanding,
    ...(await standingOf(db, id, { tierId, actsIn: accountId })),
    ...{ kind: 'person', personId: id, name, email, verified: verifiedAt !== null, role, locale },
  };
}
