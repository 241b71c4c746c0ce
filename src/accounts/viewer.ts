/** What a person may do here. Everybody who is no colleague is a customer. */
export type Role = 'customer' | 'author' | 'agent' | 'administrator';

/** What makes somebody a colleague. */
export type StaffRole = Exclude<Role, 'customer'>;

/**
 * Who may read an article. `group:` and `tier:` go with the key of a customer group or tier; a tier's articles are read
 * by the tiers above it, too.
 */
export type Audience = 'public' | 'customers' | 'staff' | GroupAudience;

/** A part of the customers. */
export type GroupAudience = `group:${string}` | `tier:${string}`;

/** Whether a word can name an audience. Whether there is such a group or tier is another question: until then it is nobody's. */
export const isAudience = (word: unknown): word is Audience =>
  typeof word === 'string' && /^(?:public|customers|staff|(?:group|tier):[a-z0-9]+(?:-[a-z0-9]+)*)$/.test(word);

/** Nobody is signed in. A principal like any other, with its own column in every table of permissions. */
export interface AnonymousViewer {
  kind: 'anonymous';
}

/** A place in a company's or household's account, and what its owner lets this person see there. */
export interface Seat {
  accountId: string;
  name: string;
  role: 'owner' | 'manager' | 'member';
  /** Owners and managers see all. */
  orders: 'own' | 'all';
  /** `answer`: all, and may write in them. */
  tickets: 'own' | 'all' | 'answer';
}

/** What a person is to the company beyond their role. */
export interface Standing {
  /** The accounts they belong to now. */
  seats: readonly Seat[];
  /** The account they act in; null: for themselves alone. One of `seats`. */
  accountId: string | null;
  /** Accounts they belonged to once. What is the company's is no longer theirs. */
  left: readonly string[];
  /** Customer groups, by id. */
  groups: readonly string[];
  tier: { id: string; rank: number } | null;
  /** What groups and tier let them read beyond what every customer reads. */
  audiences: readonly GroupAudience[];
  /** The colleague who acts for them, if one does. */
  actedBy: { personId: string; name: string } | null;
  /** The role that is theirs once they have set up the second step of signing in, which it asks for. Until then they are customers. */
  withheldRole: StaffRole | null;
}

/** Belongs to nothing: how somebody starts. */
export const noStanding: Standing = {
  ...{ seats: [], accountId: null, left: [] },
  ...{ groups: [], tier: null, audiences: [] },
  ...{ actedBy: null, withheldRole: null },
};

/** Somebody with a session. */
export interface PersonViewer extends Standing {
  kind: 'person';
  personId: string;
  name: string;
  email: string;
  /** Whether the address is proven theirs. Orders and tickets belong to verified addresses only. */
  verified: boolean;
  role: Role;
  locale: 'en' | 'zh-cn';
}

/** A machine with a bearer key. */
export interface KeyViewer {
  kind: 'key';
  keyId: string;
  name: string;
  role: 'system' | 'partner';
  /** The carrier whose parcels a partner may report of. */
  carrier: string | null;
}

/** Who asks. Every read and every write takes one. */
export type Viewer = AnonymousViewer | PersonViewer | KeyViewer;

export const anonymous: AnonymousViewer = { kind: 'anonymous' };

/** A colleague. */
export type StaffViewer = PersonViewer & { role: StaffRole; verified: true };

/** A colleague: author, agent or administrator, with a proven address. */
export function isStaff(viewer: Viewer): viewer is StaffViewer {
  return viewer.kind === 'person' && viewer.verified && viewer.actedBy === null && staffRoles.has(viewer.role);
}

/** How the touch log names who acts. What a colleague does for a customer is the colleague's act. */
export function actorOf(viewer: Viewer): string {
  return isStaff(viewer) ? `staff:${viewer.personId}` : customerActor(viewer);
}

/** {@link actorOf} where whoever asks does so as a customer: a colleague with a ticket of their own is one, too. */
export function customerActor(viewer: Viewer): string {
  if (viewer.kind === 'key') return `key:${viewer.keyId}`;
  return viewer.kind === 'person' && viewer.actedBy ? `staff:${viewer.actedBy.personId}` : 'customer';
}

/** Named one by one: a role that nobody knows is nobody's. */
const staffRoles: ReadonlySet<string> = new Set<Role>(['author', 'agent', 'administrator']);
