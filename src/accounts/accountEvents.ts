import type { Db, Tx } from '../platform/database/index.ts';
import { instant, newId, type Runtime } from '../platform/runtime.ts';
import type { SeenOrders, SeenTickets, AccountRole } from './tables.ts';

/** Who changed what about an account. */
export type AccountChange =
  | 'member.invited'
  | 'member.joined'
  | 'member.changed'
  | 'member.removed'
  | 'member.left'
  | 'invitation.withdrawn'
  | 'account.defaults_set';

export interface AccountEventView {
  id: string;
  type: AccountChange;
  at: string;
  /** Null: the company itself. */
  actor: string | null;
  person: string | null;
  /** What holds since then. */
  now: Partial<{ role: AccountRole; orders: SeenOrders; tickets: SeenTickets }>;
}

const SHOWN = 20;

/** Writes down who changed what, in the transaction of the change. Addresses are no part of it. */
export async function recordChange(
  tx: Tx,
  runtime: Runtime,
  change: { accountId: string; type: AccountChange; actorId: string | null; personId: string | null; body: object },
): Promise<void> {
  const { body, ...row } = change;
  await tx
    .insertInto('accountEvent')
    .values({ id: newId(runtime), ...row, at: instant(runtime.now()), body: JSON.stringify(body) })
    .execute();
}

/** The latest changes of an account, newest first. @param about only what concerns this member, and the account itself. */
export async function changesOf(db: Db, accountId: string, about: string | null): Promise<AccountEventView[]> {
  let query = db
    .selectFrom('accountEvent')
    .leftJoin('person as actor', 'actor.id', 'accountEvent.actorId')
    .leftJoin('person', 'person.id', 'accountEvent.personId')
    .select(['accountEvent.id', 'accountEvent.type', 'accountEvent.at', 'accountEvent.body'])
    .select(['actor.name as actor', 'person.name as person'])
    .where('accountEvent.accountId', '=', accountId);
  if (about !== null) {
    query = query.where((eb) =>
      eb.or([eb('accountEvent.personId', '=', about), eb('accountEvent.type', '=', 'account.defaults_set')]),
    );
  }
  const rows = await query.orderBy('accountEvent.id', 'desc').limit(SHOWN).execute();
  return rows.map(({ body, type, ...row }) => ({
    ...row,
    type: type as AccountChange,
    now: JSON.parse(body) as AccountEventView['now'],
  }));
}
