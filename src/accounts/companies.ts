import type { Selectable } from 'kysely';
import { z } from 'zod';
import { isUniqueViolation, type Database, type Db } from '../platform/database/index.ts';
import { oneLine, optional, readInput } from '../platform/fields/index.ts';
import type { Locale } from '../platform/i18n/index.ts';
import { Refusal } from '../platform/refusal.ts';
import { instant, newId, type Runtime } from '../platform/runtime.ts';
import { authorize } from './authorize.ts';
import { audienceKey } from './input.ts';
import { authorizeAccess, type Authority } from './operator.ts';
import type { AccountRole, TierTable } from './tables.ts';
import type { Viewer } from './viewer.ts';

export interface Tier {
  id: string;
  /** Its name in audiences: `tier:gold`. */
  key: string;
  /** 1 is the lowest. */
  rank: number;
  names: Record<Locale, string>;
  /** Within how many hours the first answer is promised; null: nothing is promised. */
  firstReplyHours: number | null;
  /** The same for the solution. */
  solutionHours: number | null;
  /** What it gives, line by line, in each locale. */
  benefits: Record<Locale, string[]>;
}

export type TierInput = Pick<Tier, 'rank' | 'names' | 'firstReplyHours'> & {
  /** Left out: `tier-` and its rank. */
  key?: string | undefined;
  solutionHours?: number | null | undefined;
  benefits?: Tier['benefits'] | undefined;
};

export interface Membership {
  accountId: string;
  name: string;
  role: AccountRole;
}

/** Where a person stands with the company. */
export interface Standing {
  tier: Tier | null;
  memberships: Membership[];
}

const hours = () => z.int({ error: 'errors.number' }).positive({ error: 'errors.number' });
const benefitLines = () => z.array(oneLine(200)).max(20, { error: 'errors.tooMany|{"max":20}' });

/** What a tier is made of. */
export const tierInput = z.object({
  rank: z.int({ error: 'errors.number' }).positive({ error: 'errors.number' }),
  names: z.object({ en: oneLine(60), 'zh-cn': oneLine(60) }),
  firstReplyHours: hours().nullable(),
  key: optional(audienceKey()),
  solutionHours: hours().nullish(),
  benefits: optional(z.object({ en: benefitLines(), 'zh-cn': benefitLines() })),
});

const accountInput = z.object({ name: oneLine(200), externalId: optional(oneLine(100)) });

/** Customers' levels, and the companies and households they belong to. */
export function createCompanies({ database, runtime }: { database: Database; runtime: Runtime }) {
  return {
    /** @throws Refusal `invalid`, `conflict` when the rank is taken, `forbidden`, `unauthenticated` */
    async addTier(by: Authority, input: TierInput): Promise<{ tierId: string }> {
      authorizeAccess(by);
      const { rank, names, firstReplyHours, key, solutionHours, benefits } = readInput(tierInput, input);
      const id = newId(runtime);
      const row = {
        ...{ id, key: key ?? `tier-${rank}`, rank, names: JSON.stringify(names), firstReplyHours },
        ...{ solutionHours: solutionHours ?? null, benefits: JSON.stringify(benefits ?? { en: [], 'zh-cn': [] }) },
      };
      await orConflict('rank', () => database.db.insertInto('tier').values(row).execute());
      return { tierId: id };
    },

    /** All levels, the highest first. @throws Refusal `forbidden`, `unauthenticated` */
    async tiers(viewer: Viewer): Promise<Tier[]> {
      authorize(viewer, 'customer.read');
      const rows = await database.db.selectFrom('tier').selectAll().orderBy('rank', 'desc').execute();
      return rows.map(tierFrom);
    },

    /** A person's level; null when they have none. */
    tierOf,

    /** @throws Refusal `invalid`, `conflict` when the external id is taken, `forbidden`, `unauthenticated` */
    async addAccount(by: Authority, input: { name: string; externalId?: string }): Promise<{ accountId: string }> {
      authorizeAccess(by);
      const { name, externalId } = readInput(accountInput, input);
      const id = newId(runtime);
      const row = { id, name, externalId: externalId ?? null, ownerId: null, createdAt: instant(runtime.now()) };
      await orConflict('externalId', () => database.db.insertInto('account').values(row).execute());
      return { accountId: id };
    },

    /** Makes somebody a member, or changes what they are there. @throws Refusal `forbidden`, `unauthenticated` */
    async addMember(
      by: Authority,
      member: { accountId: string; personId: string; role: Membership['role'] },
    ): Promise<void> {
      authorizeAccess(by);
      await database.db
        .insertInto('membership')
        .values({ ...member, createdAt: instant(runtime.now()) })
        .onConflict((conflict) =>
          conflict.columns(['accountId', 'personId']).doUpdateSet({ role: member.role, endedAt: null }),
        )
        .execute();
    },

    /** A viewer's level and the accounts they belong to, by name. @throws Refusal `unauthenticated`, `forbidden` */
    async standing(viewer: Viewer): Promise<Standing> {
      authorize(viewer, 'account.read');
      if (viewer.kind !== 'person') throw new Refusal('forbidden');
      const [tier, memberships] = await Promise.all([
        tierOf(database.db, viewer.personId),
        database.db
          .selectFrom('membership')
          .innerJoin('account', 'account.id', 'membership.accountId')
          .select(['membership.accountId', 'account.name', 'membership.role'])
          .where('membership.personId', '=', viewer.personId)
          .where('membership.endedAt', 'is', null)
          .orderBy('account.name')
          .orderBy('account.id')
          .execute(),
      ]);
      return { tier, memberships };
    },
  };
}

async function tierOf(db: Db, personId: string): Promise<Tier | null> {
  const row = await db
    .selectFrom('person')
    .innerJoin('tier', 'tier.id', 'person.tierId')
    .selectAll('tier')
    .where('person.id', '=', personId)
    .executeTakeFirst();
  return row ? tierFrom(row) : null;
}

export function tierFrom(row: Selectable<TierTable>): Tier {
  const names = JSON.parse(row.names) as Record<Locale, string>;
  const benefits = JSON.parse(row.benefits) as Partial<Record<Locale, string[]>>;
  return { ...row, names, benefits: { en: benefits.en ?? [], 'zh-cn': benefits['zh-cn'] ?? [] } };
}

export async function orConflict(field: string, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (isUniqueViolation(error)) throw new Refusal('conflict', { fields: [{ field, key: 'errors.duplicate' }] });
    throw error;
  }
}
