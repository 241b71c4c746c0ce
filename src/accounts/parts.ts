import { z } from 'zod';
import type { Selectable } from 'kysely';
import type { Database, Db } from '../platform/database/index.ts';
import { email, oneLine, optional, readInput } from '../platform/fields/index.ts';
import type { Locale } from '../platform/i18n/index.ts';
import { Refusal } from '../platform/refusal.ts';
import { instant, newId, type Runtime } from '../platform/runtime.ts';
import { authorize } from './authorize.ts';
import { orConflict, tierFrom, tierInput } from './companies.ts';
import { provenOf } from './guests.ts';
import { audienceKey } from './input.ts';
import type { CustomerGroupTable } from './tables.ts';
import type { GroupAudience, Viewer } from './viewer.ts';

/** A customer group or tier, as an audience of articles. */
export interface CustomerPart {
  audience: GroupAudience;
  names: Record<Locale, string>;
  /** Who reads what is for it: a tier's is read by the tiers above it, too. */
  persons: number;
}

export interface CustomerGroup {
  id: string;
  /** Its name in audiences: `group:trade`. */
  key: string;
  names: Record<Locale, string>;
  persons: number;
}

export interface GroupMember {
  personId: string;
  name: string;
  email: string;
  /** Who put them in: a colleague, another system, or a rule. Only what a colleague did can a colleague undo. */
  source: 'staff' | 'crm' | 'rule';
  since: string;
}

const PAGE = 100;
const groupFields = z.object({ key: audienceKey(), names: z.object({ en: oneLine(60), 'zh-cn': oneLine(60) }) });
const memberFields = z.object({ email: email() });
const tierFields = z.object({ tier: optional(oneLine(64)) });

/** Parts of the customers: groups that colleagues put people into, and the tiers. */
export function createParts({ database, runtime }: { database: Database; runtime: Runtime }) {
  const { db } = database;

  async function groupOf(tx: Db, key: string): Promise<{ id: string }> {
    const group = await tx.selectFrom('customerGroup').select('id').where('key', '=', key).executeTakeFirst();
    if (!group) throw new Refusal('not_found');
    return group;
  }

  async function allGroups(): Promise<CustomerGroup[]> {
    const rows = await db
      .selectFrom('customerGroup')
      .selectAll()
      .select((eb) =>
        eb
          .selectFrom('groupMember')
          .select((of) => of.fn.count<number>('groupMember.personId').distinct().as('number'))
          .whereRef('groupMember.groupId', '=', 'customerGroup.id')
          .as('persons'),
      )
      .orderBy('customerGroup.key')
      .execute();
    return rows.map(groupFrom);
  }

  return {
    /** What an article can be for beside everybody, customers and colleagues. @throws Refusal `forbidden`, `unauthenticated` */
    async parts(viewer: Viewer): Promise<CustomerPart[]> {
      authorize(viewer, 'article.suggest');
      const [groups, tiers] = await Promise.all([
        allGroups(),
        db
          .selectFrom('tier')
          .selectAll()
          .select((eb) =>
            eb
              .selectFrom('person')
              .innerJoin('tier as theirs', 'theirs.id', 'person.tierId')
              .select((of) => of.fn.countAll<number>().as('number'))
              .whereRef('theirs.rank', '>=', 'tier.rank')
              .as('persons'),
          )
          .orderBy('rank')
          .execute(),
      ]);
      return [
        ...groups.map(({ key, names, persons }) => ({ audience: `group:${key}` as const, names, persons })),
        ...tiers.map((row) => ({
          ...{ audience: `tier:${row.key}` as const, names: tierFrom(row).names, persons: Number(row.persons ?? 0) },
        })),
      ];
    },

    /** @throws Refusal `forbidden`, `unauthenticated` */
    async groups(viewer: Viewer): Promise<CustomerGroup[]> {
      authorize(viewer, 'customer.read');
      return allGroups();
    },

    /** @throws Refusal `invalid`, `conflict` when the key is taken */
    async addGroup(viewer: Viewer, input: unknown): Promise<void> {
      authorize(viewer, 'part.manage');
      const { key, names } = readInput(groupFields, input);
      const row = { id: newId(runtime), key, names: JSON.stringify(names), createdAt: instant(runtime.now()) };
      await orConflict('key', () => db.insertInto('customerGroup').values(row).execute());
    },

    /** Who is in a group, the newest first. @throws Refusal `not_found` */
    async groupMembers(viewer: Viewer, key: string): Promise<GroupMember[]> {
      authorize(viewer, 'customer.read');
      const { id } = await groupOf(db, key);
      return db
        .selectFrom('groupMember')
        .innerJoin('person', 'person.id', 'groupMember.personId')
        .select(['person.id as personId', 'person.name', 'person.email'])
        .select(['groupMember.source', 'groupMember.createdAt as since'])
        .where('groupMember.groupId', '=', id)
        .orderBy('groupMember.createdAt', 'desc')
        .orderBy('person.id')
        .limit(PAGE)
        .execute();
    },

    /** Puts somebody in, by the address they have proven. Somebody who is in already stays. @throws Refusal `invalid` naming `email`, `not_found` */
    async addToGroup(viewer: Viewer, key: string, input: unknown): Promise<void> {
      authorize(viewer, 'customer.log');
      const { email: address } = readInput(memberFields, input);
      await database.transaction(async (tx) => {
        const { id: groupId } = await groupOf(tx, key);
        const person = await provenOf(tx, address);
        if (!person) throw new Refusal('invalid', { fields: [{ field: 'email', key: 'errors.unknown' }] });
        await tx
          .insertInto('groupMember')
          .values({ groupId, personId: person.id, source: 'staff', createdAt: instant(runtime.now()) })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      });
    },

    /** Takes somebody out whom a colleague put in. @throws Refusal `not_found` for an unknown group */
    async takeFromGroup(viewer: Viewer, key: string, personId: string): Promise<void> {
      authorize(viewer, 'customer.log');
      const { id } = await groupOf(db, key);
      await db
        .deleteFrom('groupMember')
        .where('groupId', '=', id)
        .where('personId', '=', personId)
        .where('source', '=', 'staff')
        .execute();
    },

    /** What a tier is called, promises and gives. @throws Refusal `invalid`, `not_found` */
    async changeTier(viewer: Viewer, tierId: string, input: unknown): Promise<void> {
      authorize(viewer, 'part.manage');
      const { names, firstReplyHours, solutionHours, benefits } = readInput(
        tierInput.omit({ rank: true, key: true }),
        input,
      );
      const { numUpdatedRows } = await db
        .updateTable('tier')
        .set({
          ...{ names: JSON.stringify(names), firstReplyHours, solutionHours: solutionHours ?? null },
          benefits: JSON.stringify(benefits ?? { en: [], 'zh-cn': [] }),
        })
        .where('id', '=', tierId)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) throw new Refusal('not_found');
    },

    /** Gives a customer a level, or none. @throws Refusal `invalid`, `not_found` for an unknown customer */
    async setTier(viewer: Viewer, personId: string, input: unknown): Promise<void> {
      authorize(viewer, 'customer.log');
      const { tier } = readInput(tierFields, input);
      await database.transaction(async (tx) => {
        const known =
          tier === undefined || (await tx.selectFrom('tier').select('id').where('id', '=', tier).executeTakeFirst());
        if (!known) throw new Refusal('invalid', { fields: [{ field: 'tier', key: 'errors.choice' }] });
        const { numUpdatedRows } = await tx
          .updateTable('person')
          .set({ tierId: tier ?? null })
          .where('id', '=', personId)
          .where('role', '=', 'customer')
          .executeTakeFirst();
        if (numUpdatedRows === 0n) throw new Refusal('not_found');
      });
    },
  };
}

function groupFrom(row: Selectable<CustomerGroupTable> & { persons: number | null }): CustomerGroup {
  const names = JSON.parse(row.names) as Record<Locale, string>;
  return { id: row.id, key: row.key, names, persons: Number(row.persons ?? 0) };
}
