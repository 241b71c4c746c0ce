import { sql } from 'kysely';
import { z } from 'zod';
import type { Database, Tx } from '../platform/database/index.ts';
import { readInput } from '../platform/fields/index.ts';
import type { Locale } from '../platform/i18n/index.ts';
import { Refusal } from '../platform/refusal.ts';
import { instant, type Runtime } from '../platform/runtime.ts';
import type { AccessEvent, AccessLog } from './accessLog.ts';
import { isId } from './input.ts';
import { authorizeAccess, type Authority } from './operator.ts';
import { staffRoleField } from './roleRules.ts';
import type { Roles } from './roles.ts';
import type { OpenSession, Sessions } from './sessions.ts';
import type { Role, StaffRole } from './viewer.ts';

/** A colleague in the list. */
export interface Colleague {
  id: string;
  name: string;
  email: string;
  role: StaffRole;
  locale: Locale;
  hasPassword: boolean;
  secondFactor: boolean;
  /** Their role asks for a second step, and they have none: they are locked out until they set it up. */
  lacksSecondFactor: boolean;
  lastSignInAt: string | null;
}

/** Somebody who was a colleague. */
export interface FormerColleague {
  id: string;
  name: string;
  email: string;
  role: StaffRole;
  leftAt: string;
}

export interface ColleaguePage {
  person: { id: string; name: string; email: string; locale: Locale; lastSignInAt: string | null };
  /** Null: they left. */
  role: StaffRole | null;
  left: { at: string; role: StaffRole } | null;
  secondFactor: boolean;
  lacksSecondFactor: boolean;
  /** Whether nobody else is an administrator, so that this role cannot be taken. */
  isLastAdministrator: boolean;
  sessions: OpenSession[];
  events: AccessEvent[];
}

export interface ColleaguesDeps {
  database: Database;
  runtime: Runtime;
  roles: Roles;
  sessions: Sessions;
  accessLog: AccessLog;
}

/** Colleagues as administrators see and keep them. */
export function createColleagues({ database, runtime, roles, sessions, accessLog }: ColleaguesDeps) {
  const staffQuery = () =>
    database.db
      .selectFrom('person')
      .leftJoin('login', 'login.id', 'person.loginId')
      .leftJoin('secondFactor', (join) =>
        join.onRef('secondFactor.loginId', '=', 'person.loginId').on('secondFactor.confirmedAt', 'is not', null),
      )
      .leftJoin('roleRule', (join) =>
        join.on((eb) => eb('roleRule.role', '=', eb.ref('person.role').$castTo<StaffRole>())),
      )
      .leftJoin('credential', (join) =>
        join.onRef('credential.userId', '=', 'person.loginId').on('credential.password', 'is not', null),
      )
      .select(['person.id', 'person.name', 'person.email', 'person.role', 'person.locale', 'login.lastSignInAt'])
      .select(['person.staffLeftAt', 'person.staffLeftRole'])
      .select(['secondFactor.confirmedAt', 'roleRule.secondFactor as asked', 'credential.id as credentialId'])
      .where('person.verifiedAt', 'is not', null);

  /** Somebody who is or was a colleague. @throws Refusal `not_found` */
  async function found(personId: string) {
    const row = isId(personId) ? await staffQuery().where('person.id', '=', personId).executeTakeFirst() : undefined;
    if (!row || (row.role === 'customer' && row.staffLeftAt === null)) throw new Refusal('not_found');
    return row;
  }

  /** Changes somebody who is a colleague now. @throws Refusal `not_found` */
  async function change(personId: string, work: (tx: Tx) => Promise<void>): Promise<void> {
    if (!isId(personId)) throw new Refusal('not_found');
    await database.transaction(async (tx) => {
      const row = await tx
        .selectFrom('person')
        .select('role')
        .where('id', '=', personId)
        .where('verifiedAt', 'is not', null)
        .executeTakeFirst();
      if (!row || row.role === 'customer') throw new Refusal('not_found');
      await work(tx);
    });
  }

  return {
    /** Colleagues by name; `find` stands in their name or address. @throws Refusal `forbidden`, `unauthenticated` */
    async colleagues(by: Authority, find = ''): Promise<Colleague[]> {
      authorizeAccess(by);
      const words = `%${find
        .trim()
        .toLowerCase()
        .replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
      const like = (column: 'person.name' | 'person.email') =>
        sql<boolean>`lower(${sql.ref(column)}) like ${words} escape '\\'`;
      const rows = await staffQuery()
        .where('person.role', '<>', 'customer')
        .where((eb) => eb.or([like('person.name'), like('person.email')]))
        .orderBy('person.name')
        .orderBy('person.id')
        .execute();
      return rows.flatMap((row) => {
        const { id, name, email, role, locale, lastSignInAt } = row;
        if (role === 'customer') return [];
        const secondFactor = row.confirmedAt !== null;
        const lacksSecondFactor = row.asked === 1 && !secondFactor;
        const hasPassword = row.credentialId !== null;
        return [{ id, name, email, role, locale, lastSignInAt, hasPassword, secondFactor, lacksSecondFactor }];
      });
    },

    /** Who was a colleague, the last to leave first. @throws Refusal `forbidden`, `unauthenticated` */
    async formerColleagues(by: Authority): Promise<FormerColleague[]> {
      authorizeAccess(by);
      const rows = await database.db
        .selectFrom('person')
        .select(['id', 'name', 'email', 'staffLeftRole', 'staffLeftAt'])
        .where('staffLeftAt', 'is not', null)
        .orderBy('staffLeftAt', 'desc')
        .orderBy('id')
        .execute();
      return rows.flatMap(({ staffLeftRole: role, staffLeftAt: leftAt, ...person }) =>
        role === null || leftAt === null ? [] : [{ ...person, role, leftAt }],
      );
    },

    /** One colleague, or who was one. @throws Refusal `not_found`, `forbidden`, `unauthenticated` */
    async colleague(by: Authority, personId: string): Promise<ColleaguePage> {
      authorizeAccess(by);
      const row = await found(personId);
      const { id, name, email, locale, lastSignInAt, staffLeftAt, staffLeftRole } = row;
      const role = staffRoleOf(row.role);
      const others = await database.db
        .selectFrom('person')
        .select('id')
        .where('role', '=', 'administrator')
        .where('verifiedAt', 'is not', null)
        .where('id', '<>', id)
        .limit(1)
        .execute();
      return {
        person: { id, name, email, locale, lastSignInAt },
        role,
        left: staffLeftAt === null || staffLeftRole === null ? null : { at: staffLeftAt, role: staffLeftRole },
        secondFactor: row.confirmedAt !== null,
        lacksSecondFactor: row.asked === 1 && row.confirmedAt === null,
        isLastAdministrator: role === 'administrator' && others.length === 0,
        sessions: await sessions.open(id, new Headers()),
        events: await accessLog.of(database.db, id),
      };
    },

    /**
     * Another role for a colleague. Sessions go on, with what the new role may.
     * @throws Refusal `invalid`, `conflict` for the last administrator, `not_found`, `forbidden`, `unauthenticated`
     */
    async changeRole(by: Authority, personId: string, input: { role: StaffRole }): Promise<void> {
      authorizeAccess(by);
      const { role } = readInput(z.object({ role: staffRoleField() }), input);
      await change(personId, (tx) => roles.give(tx, by, personId, role));
    },

    /**
     * A colleague is none any more: signed out everywhere, and a customer like any. Tickets stay theirs until somebody
     * hands them over.
     * @throws Refusal `conflict` for the last administrator, `not_found`, `forbidden`, `unauthenticated`
     */
    async removeColleague(by: Authority, personId: string): Promise<void> {
      authorizeAccess(by);
      await change(personId, (tx) => roles.give(tx, by, personId, 'customer'));
    },

    /** Signs a colleague out everywhere. @throws Refusal `not_found`, `forbidden`, `unauthenticated` */
    async endColleagueSessions(by: Authority, personId: string): Promise<void> {
      authorizeAccess(by);
      await change(personId, async (tx) => {
        const now = instant(runtime.now());
        await sessions.endAll(tx, personId);
        await tx
          .updateTable('acting')
          .set({ endedAt: now })
          .where('staffId', '=', personId)
          .where('endedAt', 'is', null)
          .execute();
        await accessLog.record(tx, { kind: 'sessions.ended', by, personId });
      });
    },
  };
}

const staffRoleOf = (role: Role): StaffRole | null => (role === 'customer' ? null : role);
