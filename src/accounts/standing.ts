import { sql } from 'kysely';
import { statement, type Db } from '../platform/database/index.ts';
import type { Seat, Standing } from './viewer.ts';

/**
 * Where somebody stands, in one query: the accounts they belong to or have left, their groups, and their tier with those
 * below it, whose articles they read as well.
 * @param actsIn the account they chose to act in; one that they do not belong to (any more) counts as none.
 */
export async function standingOf(
  db: Db,
  personId: string,
  { tierId, actsIn }: { tierId: string | null; actsIn: string | null },
): Promise<Omit<Standing, 'actedBy' | 'withheldRole'>> {
  const { rows } = await askStanding(db, { personId, tierId });
  const seats: Seat[] = [];
  const left: string[] = [];
  const groups: string[] = [];
  const audiences: Standing['audiences'][number][] = [];
  let tier: Standing['tier'] = null;
  for (const row of rows) {
    if (row.what === 'group') {
      groups.push(row.id);
      audiences.push(`group:${row.name}`);
    } else if (row.what === 'tier') {
      if (row.id === tierId) tier = { id: row.id, rank: Number(row.rank) };
      audiences.push(`tier:${row.name}`);
    } else if (row.endedAt === null) seats.push(seatOf(row));
    else left.push(row.id);
  }
  const accountId = seats.some((seat) => seat.accountId === actsIn) ? actsIn : null;
  return { seats, accountId, left, groups, tier, audiences };
}

/** What a membership lets see: owners and managers all, members what was chosen for them. */
export function seatOf(row: {
  id: string;
  name: string;
  role: string | null;
  orders: string | null;
  tickets: string | null;
}): Seat {
  const { id: accountId, name } = row;
  if (row.role === 'owner' || row.role === 'manager') {
    return { accountId, name, role: row.role, orders: 'all', tickets: 'answer' };
  }
  // Whatever is not known is the least.
  const orders = row.orders === 'all' ? 'all' : 'own';
  const tickets = row.tickets === 'all' || row.tickets === 'answer' ? row.tickets : 'own';
  return { accountId, name, role: 'member', orders, tickets };
}

const none = sql<string | null>`cast(null as text)`;
const noRank = sql<number | null>`cast(null as integer)`;

const askStanding = statement((db, { personId, tierId }: { personId: string; tierId: string | null }) =>
  db
    .selectFrom('membership')
    .innerJoin('account', 'account.id', 'membership.accountId')
    .select([sql<'seat' | 'group' | 'tier'>`'seat'`.as('what'), 'account.id', 'account.name'])
    .select((eb) => [
      eb.ref('membership.role').$castTo<string | null>().as('role'),
      eb.ref('membership.orders').$castTo<string | null>().as('orders'),
      eb.ref('membership.tickets').$castTo<string | null>().as('tickets'),
    ])
    .select(['membership.endedAt', noRank.as('rank')])
    .where('membership.personId', '=', personId)
    .unionAll(
      db
        .selectFrom('groupMember')
        .innerJoin('customerGroup', 'customerGroup.id', 'groupMember.groupId')
        .select([sql<'seat' | 'group' | 'tier'>`'group'`.as('what'), 'customerGroup.id', 'customerGroup.key as name'])
        .select([none.as('role'), none.as('orders'), none.as('tickets'), none.as('endedAt'), noRank.as('rank')])
        .distinct()
        .where('groupMember.personId', '=', personId),
    )
    .unionAll(
      db
        .selectFrom('tier')
        .innerJoin('tier as mine', (join) => join.onRef('mine.rank', '>=', 'tier.rank'))
        .select([sql<'seat' | 'group' | 'tier'>`'tier'`.as('what'), 'tier.id', 'tier.key as name'])
        .select([none.as('role'), none.as('orders'), none.as('tickets'), none.as('endedAt'), 'tier.rank'])
        .where('mine.id', '=', tierId),
    )
    .orderBy('what')
    .orderBy('name')
    .orderBy('id'),
);
