import type { Db } from '../platform/database/index.ts';
import { may } from './authorize.ts';
import { standingOf } from './standing.ts';
import { noStanding, type PersonViewer, type Role, type StaffRole } from './viewer.ts';

/**
 * Who a session stands for: its person, without their role where that asks for a second step which this session has
 * not taken; the customer whom they act for; nobody, when the person has a second factor and the session came without.
 * Two queries: who, and where they stand. @param now an instant.
 */
export async function viewerOfSession(db: Db, token: string, now: string): Promise<PersonViewer | null> {
  const row = await db
    .selectFrom('loginSession')
    .innerJoin('person', 'person.loginId', 'loginSession.userId')
    .leftJoin('secondFactor', (join) =>
      join.onRef('secondFactor.loginId', '=', 'loginSession.userId').on('secondFactor.confirmedAt', 'is not', null),
    )
    .leftJoin('roleRule', (join) =>
      join.on((eb) => eb('roleRule.role', '=', eb.ref('person.role').$castTo<StaffRole>())),
    )
    .leftJoin('acting', (join) =>
      join
        .onRef('acting.sessionId', '=', 'loginSession.id')
        .on('acting.endedAt', 'is', null)
        .on('acting.expiresAt', '>', now),
    )
    .leftJoin('person as customer', 'customer.id', 'acting.customerId')
    .select(['person.id', 'person.name', 'person.email', 'person.verifiedAt', 'person.role', 'person.locale'])
    .select(['person.tierId', 'person.accountId'])
    .select(['secondFactorAt', 'secondFactor.confirmedAt as factorSince', 'roleRule.secondFactor as asked'])
    .select([
      'customer.id as customerId',
      'customer.name as customerName',
      'customer.email as customerEmail',
      'customer.verifiedAt as customerVerifiedAt',
      'customer.role as customerRole',
      'customer.tierId as customerTierId',
      'customer.accountId as customerAccountId',
    ])
    .where('loginSession.token', '=', token)
    .where('loginSession.expiresAt', '>', now)
    .executeTakeFirst();
  if (!row || (row.factorSince !== null && row.secondFactorAt === null)) return null;
  const withheldRole = row.asked === 1 && row.secondFactorAt === null ? staffRoleOf(row.role) : null;
  const viewer: PersonViewer = {
    kind: 'person',
    personId: row.id,
    name: row.name,
    email: row.email,
    verified: row.verifiedAt !== null,
    role: withheldRole === null ? row.role : 'customer',
    locale: row.locale,
    ...noStanding,
    withheldRole,
  };
  const customer = { role: row.customerRole ?? 'customer', verified: row.customerVerifiedAt !== null };
  // Whoever lost the right to act meanwhile is themselves again.
  if (row.customerId === null || row.customerRole === null || !may(viewer, 'customer.act', customer)) {
    return { ...viewer, ...(await standingOf(db, row.id, { tierId: row.tierId, actsIn: row.accountId })) };
  }
  const stand = { tierId: row.customerTierId, actsIn: row.customerAccountId };
  return {
    ...viewer,
    ...customer,
    ...(await standingOf(db, row.customerId, stand)),
    personId: row.customerId,
    name: row.customerName ?? '',
    email: row.customerEmail ?? '',
    actedBy: { personId: viewer.personId, name: viewer.name },
  };
}

function staffRoleOf(role: Role): StaffRole | null {
  return role === 'customer' ? null : role;
}
