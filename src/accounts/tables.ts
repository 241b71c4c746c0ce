import type { Generated } from 'kysely';
import type { Locale } from '../platform/i18n/index.ts';
import type { Role, StaffRole } from './viewer.ts';

declare module '../platform/database/index.ts' {
  interface Tables {
    person: PersonTable;
    account: AccountTable;
    membership: MembershipTable;
    invitation: InvitationTable;
    accountEvent: AccountEventTable;
    tier: TierTable;
    customerGroup: CustomerGroupTable;
    groupMember: GroupMemberTable;
    mailChoice: MailChoiceTable;
    apiKey: ApiKeyTable;
    enterRequest: EnterRequestTable;
    enterToken: EnterTokenTable;
    personFact: PersonFactTable;
    login: LoginTable;
    loginSession: LoginSessionTable;
    credential: CredentialTable;
    loginLimit: LoginLimitTable;
  }
}

/** Everybody we know: customers, colleagues, and guests whose address nobody has proven yet. */
export interface PersonTable {
  id: string;
  /** Their row in the sign-in library's `login`; null until their address is proven. */
  loginId: string | null;
  name: string;
  /** Canonical: trimmed, in lower case. At most one proven and one unproven person for each address. */
  email: string;
  verifiedAt: string | null;
  role: Role;
  locale: Locale;
  tierId: string | null;
  /** The colleague who looks after them. */
  ownerId: string | null;
  /** The proven person whom this guest turned out to be. */
  mergedInto: string | null;
  /** When an address last got a mail that it had not asked for provably; the next one may come a day later. */
  unverifiedMailAt: string | null;
  /** The account they chose to act in; null: for themselves. It counts only while they belong to it. */
  accountId: Generated<string | null>;
  createdAt: string;
  /** Since when a former colleague is none any more, and what they were. */
  staffLeftAt: Generated<string | null>;
  staffLeftRole: Generated<StaffRole | null>;
}

/** A company or a household. */
export interface AccountTable {
  id: string;
  externalId: string | null;
  name: string;
  /** The colleague who looks after it. */
  ownerId: string | null;
  /** What new members may see, unless the invitation says otherwise. */
  orders: Generated<SeenOrders>;
  tickets: Generated<SeenTickets>;
  createdAt: string;
}

export type AccountRole = 'owner' | 'manager' | 'member';
/** Which of the account's orders a member sees. */
export type SeenOrders = 'own' | 'all';
/** Which of its tickets; `answer`: all, and may write in them. */
export type SeenTickets = 'own' | 'all' | 'answer';

/** Who belongs to an account. The row stays when they leave: what is the company's is then no longer theirs. */
export interface MembershipTable {
  accountId: string;
  personId: string;
  role: AccountRole;
  /** What the owner lets a member see; owners and managers see all. */
  orders: Generated<SeenOrders>;
  tickets: Generated<SeenTickets>;
  createdAt: string;
  endedAt: Generated<string | null>;
}

/** Somebody was asked by mail to join an account. It grants nothing by itself: whoever joins has proven the address. */
export interface InvitationTable {
  id: string;
  accountId: string;
  email: string;
  role: AccountRole;
  orders: SeenOrders;
  tickets: SeenTickets;
  locale: Locale;
  invitedBy: string | null;
  createdAt: string;
  expiresAt: string;
  /** When its mail last went out. */
  mailedAt: string | null;
  endedAt: string | null;
  outcome: 'joined' | 'withdrawn' | 'declined' | 'replaced' | null;
}

/** Who changed what about an account and its members. */
export interface AccountEventTable {
  id: string;
  accountId: string;
  /** Dotted, past tense: `member.joined`, `member.changed` … */
  type: string;
  at: string;
  /** Who did it; null: the company itself. */
  actorId: string | null;
  /** Whom it concerns; null: the account. */
  personId: string | null;
  /** JSON. */
  body: string;
}

/** A customer's level. */
export interface TierTable {
  id: string;
  /** Its name in audiences, `tier:gold`; never changes. */
  key: string;
  /** 1 is the lowest. */
  rank: number;
  /** JSON: the name in each locale. */
  names: string;
  /** Within how many hours the first answer is promised; null: nothing is promised. */
  firstReplyHours: number | null;
  /** The same for the solution. */
  solutionHours: Generated<number | null>;
  /** JSON: what it gives, line by line, in each locale. */
  benefits: Generated<string>;
}

/** Customers who have something in common, and read what is written for them. */
export interface CustomerGroupTable {
  id: string;
  /** Its name in audiences, `group:hotels`; never changes. */
  key: string;
  /** JSON: the name in each locale. */
  names: string;
  createdAt: string;
}

export interface GroupMemberTable {
  groupId: string;
  personId: string;
  /** Who says so. Each takes back only what it said. */
  source: 'staff' | 'crm' | 'rule';
  createdAt: string;
}

/** A mail that somebody does or does not want. Without a row they get it. */
export interface MailChoiceTable {
  personId: string;
  kind: string;
  wanted: 0 | 1;
}

/** Something colleagues know about a customer. */
export interface PersonFactTable {
  id: string;
  personId: string;
  /** What it is about, in the words of who noted it. One fact for each. */
  key: string;
  value: string;
  /** How we know. */
  sourceKind: 'channel' | 'transaction' | 'outbound' | 'second_hand' | 'research';
  notedBy: string | null;
  at: string;
}

/** A machine's key. The key itself is shown once and stored nowhere. */
export interface ApiKeyTable {
  id: string;
  /** SHA-256 of the key, hexadecimal. */
  hash: string;
  role: 'system' | 'partner';
  name: string;
  /** The carrier whose shipments a partner key may speak about. */
  carrier: string | null;
  createdAt: string;
  revokedAt: string | null;
  /** Its last characters, by which people know it again; null for old ones. */
  tail: Generated<string | null>;
  /** The administrator who made it; null: the operator. */
  madeBy: Generated<string | null>;
}

/** What an enter token can be for. One of one purpose never works for another. */
export type EnterPurpose = 'sign-up' | 'link' | 'guest' | 'reset' | 'set-up';

/**
 * Somebody asked for a mail to an address. Written alike for known and unknown addresses; whether a mail goes out, and
 * which, is decided when the worker comes to it.
 */
export interface EnterRequestTable {
  id: string;
  purpose: Exclude<EnterPurpose, 'set-up'>;
  email: string;
  /** What was typed at sign-up; taken over only when the address is proven. */
  name: string | null;
  passwordHash: string | null;
  locale: Locale;
  returnTo: string | null;
  createdAt: string;
  /** When this request got the address's one mail of the day. */
  claimedAt: string | null;
}

export interface EnterTokenTable {
  /** SHA-256 of the token, hexadecimal. */
  hash: string;
  purpose: EnterPurpose;
  /** Whom it lets in; null only for the first administrator's set-up. */
  personId: string | null;
  requestId: string | null;
  returnTo: string | null;
  createdAt: string;
  expiresAt: string;
  spentAt: string | null;
}

/** The sign-in library's tables, as far as we write them ourselves. Its instants and booleans are ISO text and 0/1 on SQLite, native on PostgreSQL. */
type LibraryInstant = string | Date;
type LibraryBoolean = number | boolean;

export interface LoginTable {
  id: string;
  name: string;
  email: string;
  emailVerified: LibraryBoolean;
  createdAt: LibraryInstant;
  updatedAt: LibraryInstant;
  lastSignInAt: Generated<string | null>;
}

export interface LoginSessionTable {
  id: string;
  userId: string;
  token: string;
  expiresAt: LibraryInstant;
  createdAt: LibraryInstant;
  updatedAt: LibraryInstant;
  ipAddress: string | null;
  userAgent: string | null;
  /** When its second step was taken. */
  secondFactorAt: Generated<string | null>;
}

export interface CredentialTable {
  id: string;
  accountId: string;
  providerId: string;
  userId: string;
  password: string | null;
  createdAt: LibraryInstant;
  updatedAt: LibraryInstant;
}

export interface LoginLimitTable {
  id: string;
  key: string;
  count: number;
  lastRequest: number;
}
