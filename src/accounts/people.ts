import { z } from 'zod';
import { isUniqueViolation, type Database, type Db, type Tx } from '../platform/database/index.ts';
import { email, optional, readInput } from '../platform/fields/index.ts';
import { defaultLocale, locales, type Locale } from '../platform/i18n/index.ts';
import { Refusal } from '../platform/refusal.ts';
import { instant, newId, type Runtime } from '../platform/runtime.ts';
import { authorize } from './authorize.ts';
import { provenOf } from './guests.ts';
import { isId, nameField, newPasswordField } from './input.ts';
import type { Logins } from './logins.ts';
import { authorizeAccess, type Authority } from './operator.ts';
import type { Passwords } from './passwords.ts';
import type { Roles } from './roles.ts';
import { standingOf } from './standing.ts';
import { noStanding, type PersonViewer, type Role, type Viewer } from './viewer.ts';

export interface PersonInput {
  email: string;
  name: string;
  role: Role;
  /** Whether the address counts as proven. */
  verified: boolean;
  /** Only for a proven address. */
  password?: string | undefined;
  locale?: Locale | undefined;
  tierId?: string | undefined;
}

export interface Person {
  id: string;
  name: string;
  email: string;
  verified: boolean;
  role: Role;
  locale: Locale;
  tierId: string | null;
  ownerId: string | null;
}

/** Where and how to write to somebody. */
export type Contact = Pick<Person, 'name' | 'email' | 'locale' | 'verified'>;

const ROLES = ['customer', 'author', 'agent', 'administrator'] as const satisfies Role[];

const roleField = () => z.enum(ROLES, { error: 'errors.choice' });

const personInput = z
  .object({
    email: email(),
    name: nameField(),
    role: roleField(),
    verified: z.boolean({ error: 'errors.choice' }),
    password: optional(newPasswordField()),
    locale: z.enum(locales, { error: 'errors.choice' }).default(defaultLocale),
    tierId: optional(z.string()),
  })
  // A password on an unproven address would be a stranger's key to it; a role there would be worth nothing.
  .refine((person) => person.verified || person.password === undefined, { path: ['password'], error: 'errors.invalid' })
  .refine((person) => person.verified || person.role === 'customer', { path: ['role'], error: 'errors.invalid' });

export interface PeopleDeps {
  database: Database;
  runtime: Runtime;
  passwords: Passwords;
  logins: Logins;
  roles: Roles;
}

export function createPeople({ database, runtime, passwords, logins, roles }: PeopleDeps) {
  async function insertPerson(tx: Tx, person: z.output<typeof personInput>, hash: string | null): Promise<string> {
    const id = newId(runtime);
    const { name, email: address, role, locale, tierId } = person;
    const now = instant(runtime.now());
    await tx
      .insertInto('person')
      .values({
        id,
        loginId: null,
        name,
        email: address,
        verifiedAt: person.verified ? now : null,
        role,
        locale,
        tierId: tierId ?? null,
        ownerId: null,
        mergedInto: null,
        unverifiedMailAt: null,
        createdAt: now,
      })
      .execute();
    if (person.verified) {
      const loginId = await logins.makeLogin(tx, { id, email: address, name });
      if (hash) await logins.setPassword(tx, loginId, hash);
    }
    return id;
  }

  return {
    /**
     * Adds somebody without a mail: the command line, the seed, an administrator.
     * @throws Refusal `invalid`, `conflict` when the address has its person, `forbidden`, `unauthenticated`
     */
    async addPerson(by: Authority, input: PersonInput): Promise<{ personId: string }> {
      authorizeAccess(by);
      const person = readInput(personInput, input);
      const hash = person.password === undefined ? null : await passwords.hash(person.password);
      try {
        return { personId: await database.transaction((tx) => insertPerson(tx, person, hash)) };
      } catch (error) {
        if (isUniqueViolation(error))
          throw new Refusal('conflict', { fields: [{ field: 'email', key: 'errors.duplicate' }] });
        throw error;
      }
    },

    /**
     * What somebody may do from now on. Only a proven address can be a colleague; whoever is none any more is signed out.
     * @throws Refusal `invalid`, `not_found`, `conflict` for the last administrator, `forbidden`, `unauthenticated`
     */
    async setRole(by: Authority, input: { email: string; role: Role }): Promise<{ personId: string }> {
      authorizeAccess(by);
      const { email: address, role } = readInput(z.object({ email: email(), role: roleField() }), input);
      return database.transaction(async (tx) => {
        const person = await provenOf(tx, address);
        if (!person) throw new Refusal('not_found', { fields: [{ field: 'email', key: 'errors.unknown' }] });
        await roles.give(tx, by, person.id, role);
        return { personId: person.id };
      });
    },

    /** The viewer's own language for pages and mails. @throws Refusal `invalid`, `unauthenticated`, `forbidden` */
    async setLocale(viewer: Viewer, locale: Locale): Promise<void> {
      authorize(viewer, 'account.secure');
      const chosen = readInput(z.object({ locale: z.enum(locales, { error: 'errors.choice' }) }), { locale });
      if (viewer.kind !== 'person') throw new Refusal('forbidden');
      await database.db.updateTable('person').set(chosen).where('id', '=', viewer.personId).execute();
    },

    /** The viewer's own name, as colleagues and we read it. @throws Refusal `invalid`, `unauthenticated`, `forbidden` */
    async setName(viewer: Viewer, input: { name: string }): Promise<void> {
      authorize(viewer, 'account.secure');
      const { name } = readInput(z.object({ name: nameField() }), input);
      if (viewer.kind !== 'person') throw new Refusal('forbidden');
      const { personId } = viewer;
      await database.transaction(async (tx) => {
        await tx.updateTable('person').set({ name }).where('id', '=', personId).execute();
        await tx
          .updateTable('login')
          .set({ name })
          .where('id', '=', (eb) =>
            eb.selectFrom('person').select('loginId').where('id', '=', personId).$castTo<{ loginId: string }>(),
          )
          .execute();
      });
    },

    /** A person, or whom a guest turned out to be; null for nobody. */
    personById,

    /** Where and how to write to somebody; null for nobody. */
    async contact(db: Db, personId: string): Promise<Contact | null> {
      const person = await personById(db, personId);
      return person && { name: person.name, email: person.email, locale: person.locale, verified: person.verified };
    },

    /** The person who has proven an address; null for nobody. For commands and for what other systems name by e-mail. */
    async personByEmail(db: Db, address: string): Promise<Person | null> {
      const row = await provenOf(db, address.trim().toLowerCase());
      return row ? asPerson(row) : null;
    },

    /** Who has proven an address, as the customer they are: for what is mailed to them unasked. Null for nobody. */
    async customerOf(address: string): Promise<PersonViewer | null> {
      const row = await provenOf(database.db, address.trim().toLowerCase());
      if (!row) return null;
      const standing = await standingOf(database.db, row.id, { tierId: row.tierId, actsIn: null });
      const { name, email: known, locale } = asPerson(row);
      return {
        ...{ kind: 'person', personId: row.id, name, email: known, verified: true, role: 'customer', locale },
        ...noStanding,
        ...standing,
      };
    },

    /** Colleagues who work on tickets, by name: for assigning. @throws Refusal `forbidden`, `unauthenticated` */
    async staffPeople(viewer: Viewer): Promise<{ id: string; name: string; role: Role }[]> {
      authorize(viewer, 'ticket.work');
      return database.db
        .selectFrom('person')
        .select(['id', 'name', 'role'])
        .where('role', 'in', ['agent', 'administrator'])
        .where('role', '<>', 'customer') // the index of colleagues says so, too
        .where('verifiedAt', 'is not', null)
        .orderBy('name')
        .orderBy('id')
        .execute();
    },
  };
}

async function personById(db: Db, personId: string): Promise<Person | null> {
  if (!isId(personId)) return null;
  const row = await db
    .selectFrom('person as asked')
    .innerJoin('person', (join) =>
      join.on((eb) => eb('person.id', '=', eb.fn.coalesce('asked.mergedInto', 'asked.id'))),
    )
    .selectAll('person')
    .where('asked.id', '=', personId)
    .executeTakeFirst();
  return row ? asPerson(row) : null;
}

type Row = Omit<Person, 'verified'> & { verifiedAt: string | null };

function asPerson({ id, name, email: address, verifiedAt, role, locale, tierId, ownerId }: Row): Person {
  return { id, name, email: address, verified: verifiedAt !== null, role, locale, tierId, ownerId };
}
