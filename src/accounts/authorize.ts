import { Refusal } from '../platform/refusal.ts';
import { keepsMember, seatIn, type GatedMember } from './memberRules.ts';
import {
  isStaff,
  type Audience,
  type KeyViewer,
  type PersonViewer,
  type Role,
  type Seat,
  type Viewer,
} from './viewer.ts';

/** What is acted upon, as far as the decision needs to know it. `null` stands for a row that was not found. */
export interface GatedObjects {
  'article.read': { audience: Audience; published: boolean } | null;
  'article.write': undefined;
  'article.publish': undefined;
  'article.suggest': undefined;
  'gap.read': undefined;
  'gap.close': undefined;
  'image.read': { shown: boolean } | null;
  'ticket.open': undefined;
  'ticket.list': undefined;
  'ticket.read': GatedTicket | null;
  'ticket.answer': GatedTicket | null;
  'ticket.work': undefined;
  /** What a mailed link was made for; null for one that nobody made. */
  'order.view': { runs: boolean; addressStands: boolean } | null;
  'customer.read': undefined;
  'order.list': undefined;
  'order.read': object | null;
  'order.push': undefined;
  'order.import': undefined;
  'shipment.report': undefined;
  'touch.receive': undefined;
  'customer.log': undefined;
  'part.manage': undefined;
  'customer.handOver': { from: string } | null;
  'bridge.read': undefined;
  'bridge.replay': undefined;
  'account.read': undefined;
  'members.read': { accountId: string };
  'members.keep': GatedMember;
  'members.settle': { accountId: string };
  'invitation.join': object | null;
  'account.secure': undefined;
  'data.own': undefined;
  'access.manage': undefined;
  'customer.act': { role: Role; verified: boolean } | null;
}

/** A ticket, as far as it decides who reads it. */
export interface GatedTicket {
  /** Who asked. */
  personId: string;
  /** The company's account that it belongs to; null: it is the asker's alone. */
  accountId: string | null;
  /** Whether the asker's address is proven. */
  confirmed: boolean;
}

export type Action = keyof GatedObjects;

/**
 * Who may do what: the one place. A rule answers `yes`, or how the refusal looks from outside: `hidden` is the same
 * answer as for an object that does not exist.
 */
type Ruling = 'yes' | 'sign_in' | 'forbidden' | 'hidden';
type Rules = { [A in Action]: (viewer: Viewer, object: GatedObjects[A]) => Ruling };

const rules: Rules = {
  // An article is read by its audience once it is published; colleagues read it all.
  'article.read': (viewer, article) =>
    article && (isStaff(viewer) || (article.published && audiencesOf(viewer).includes(article.audience)))
      ? 'yes'
      : 'hidden',
  // Authors and administrators write and publish; agents look and suggest.
  'article.write': (viewer) => staffOf(viewer, ['author', 'administrator']),
  'article.publish': (viewer) => staffOf(viewer, ['author', 'administrator']),
  'article.suggest': (viewer) => staffOf(viewer, ['author', 'agent', 'administrator']),
  // All colleagues see what customers asked in vain; who writes decides about it.
  'gap.read': (viewer) => staffOf(viewer, ['author', 'agent', 'administrator']),
  'gap.close': (viewer) => staffOf(viewer, ['author', 'administrator']),
  // A picture is seen by who may read an article that shows it; colleagues see them all.
  'image.read': (viewer, image) => (image && (isStaff(viewer) || image.shown) ? 'yes' : 'hidden'),
  // Anybody may ask. Machines open tickets for the address they name.
  'ticket.open': (viewer) => (viewer.kind === 'key' && viewer.role !== 'system' ? 'forbidden' : 'yes'),
  // People follow their own tickets, once their address is proven, and their company's as far as its owner lets them.
  'ticket.list': (viewer) => signedInPerson(viewer),
  'ticket.read': (viewer, ticket) => theirTicket(viewer, ticket, ['all', 'answer']),
  'ticket.answer': (viewer, ticket) => theirTicket(viewer, ticket, ['answer']),
  // Whoever holds the link that was mailed to an order's own address sees that order, signed in or not, while it runs.
  'order.view': (_viewer, view) => (view?.runs && view.addressStands ? 'yes' : 'hidden'),
  // Agents and administrators work on tickets, see whose they are, and keep the bridge.
  'ticket.work': (viewer) => staffOf(viewer, ['agent', 'administrator']),
  'customer.read': (viewer) => staffOf(viewer, ['agent', 'administrator']),
  // They note what they heard, and whose customer somebody is. One gives away what is one's own; administrators anybody's.
  'customer.log': (viewer) => staffOf(viewer, ['agent', 'administrator']),
  // What groups and tiers there are decides who reads what, and what is promised.
  'part.manage': (viewer) => staffOf(viewer, ['administrator']),
  'customer.handOver': (viewer, given) => {
    const allowed = staffOf(viewer, ['agent', 'administrator']);
    if (allowed !== 'yes' || viewer.kind !== 'person') return allowed;
    return viewer.role === 'administrator' || given === null || given.from === viewer.personId ? 'yes' : 'forbidden';
  },
  'bridge.read': (viewer) => staffOf(viewer, ['agent', 'administrator']),
  'bridge.replay': (viewer) => staffOf(viewer, ['agent', 'administrator']),
  // People follow orders once their address is proven; which ones is a condition of the query (`visibleOrders`), and an
  // order that it leaves out was not found.
  'order.list': (viewer) => signedInPerson(viewer),
  'order.read': (viewer, order) => {
    const allowed = signedInPerson(viewer);
    return allowed === 'yes' && order === null ? 'hidden' : allowed;
  },
  // Sources push orders; partners report what happens to the parcels of their carrier.
  'order.push': (viewer) => keyOf(viewer, 'system'),
  // What a file says is customers' orders as much as what a system pushes.
  'order.import': (viewer) => staffOf(viewer, ['administrator']),
  'shipment.report': (viewer) =>
    viewer.kind === 'key' && viewer.carrier === null ? 'forbidden' : keyOf(viewer, 'partner'),
  // Other systems of the company tell what they know of contacts with customers.
  'touch.receive': (viewer) => keyOf(viewer, 'system'),
  // Roles and machines' keys are given by administrators.
  'access.manage': (viewer) => staffOf(viewer, ['administrator']),
  // Agents and administrators may act for a customer whose address is proven, never for a colleague.
  'customer.act': (viewer, customer) => {
    const allowed = staffOf(viewer, ['agent', 'administrator']);
    if (allowed !== 'yes') return allowed;
    if (customer === null) return 'hidden';
    return customer.role === 'customer' && customer.verified ? 'yes' : 'forbidden';
  },
  // An account's members know each other; managers keep its members, owners everybody and what each sees.
  'members.read': (viewer, { accountId }) => ofAccount(viewer, accountId, true),
  'members.keep': (viewer, member) => ofAccount(viewer, member.accountId, keepsMember(viewer, member)),
  'members.settle': (viewer, { accountId }) =>
    ofAccount(viewer, accountId, seatIn(viewer, accountId)?.role === 'owner'),
  // Whoever has proven the address that was invited.
  'invitation.join': (viewer, invitation) => {
    const allowed = signedInPerson(viewer);
    return allowed === 'yes' && invitation === null ? 'hidden' : allowed;
  },
  // Everybody signed in sees their own account.
  'account.read': (viewer) => anyPerson(viewer),
  // Their password, second step, sessions, mail and language are theirs alone.
  'account.secure': (viewer) => anyPerson(viewer),
  // What is kept about a person is theirs to see, correct, take along and have erased, once their address is proven.
  'data.own': (viewer) => signedInPerson(viewer),
};

/**
 * What a colleague may do who acts for a customer; whatever is not named here is the customer's alone. Their secrets,
 * data, invitations and choices are not, and neither is anything of the staff's.
 */
const whileActing: ReadonlySet<Action> = new Set<Action>([
  'article.read',
  'image.read',
  'ticket.open',
  'ticket.list',
  'ticket.read',
  'ticket.answer',
  'order.list',
  'order.read',
  'order.view',
  'account.read',
]);

function rulingOn<A extends Action>(viewer: Viewer, action: A, object: GatedObjects[A]): Ruling {
  if (viewer.kind === 'person' && viewer.actedBy && !whileActing.has(action)) return 'forbidden';
  return rules[action](viewer, object);
}

/**
 * Lets an action pass or throws.
 * @throws Refusal `unauthenticated` when signing in might help, `forbidden` when it would not, `not_found` when the
 *   viewer may not even know that the object exists.
 */
export function authorize<A extends Action>(viewer: Viewer, action: A, ...[object]: ObjectOf<A>): void {
  const ruling = rulingOn(viewer, action, object as GatedObjects[A]);
  if (ruling === 'sign_in') throw new Refusal('unauthenticated');
  if (ruling === 'forbidden') throw new Refusal('forbidden');
  if (ruling === 'hidden') throw new Refusal('not_found');
}

/** Whether an action would pass; for offering a way, never instead of {@link authorize}. */
export function may<A extends Action>(viewer: Viewer, action: A, ...[object]: ObjectOf<A>): boolean {
  return rulingOn(viewer, action, object as GatedObjects[A]) === 'yes';
}

/** The audiences a viewer belongs to; the visibility query of articles uses it. */
export function audiencesOf(viewer: Viewer): Audience[] {
  if (isStaff(viewer)) return ['public', 'customers', 'staff'];
  if (viewer.kind === 'person' && viewer.verified) return ['public', 'customers', ...viewer.audiences];
  return ['public'];
}

type ObjectOf<A extends Action> = GatedObjects[A] extends undefined ? [] : [object: GatedObjects[A]];

function staffOf(viewer: Viewer, allowed: PersonViewer['role'][]): Ruling {
  if (viewer.kind === 'anonymous') return 'sign_in';
  return isStaff(viewer) && allowed.includes(viewer.role) ? 'yes' : 'forbidden';
}

function anyPerson(viewer: Viewer): Ruling {
  return viewer.kind === 'person' ? 'yes' : viewer.kind === 'key' ? 'forbidden' : 'sign_in';
}

function keyOf(viewer: Viewer, role: KeyViewer['role']): Ruling {
  if (viewer.kind === 'anonymous') return 'sign_in';
  return viewer.kind === 'key' && viewer.role === role ? 'yes' : 'forbidden';
}

function signedInPerson(viewer: Viewer): Ruling {
  if (viewer.kind === 'anonymous') return 'sign_in';
  return viewer.kind === 'person' && viewer.verified ? 'yes' : 'forbidden';
}

/** For those outside an account there is none. */
function ofAccount(viewer: Viewer, accountId: string, allowed: boolean): Ruling {
  const person = signedInPerson(viewer);
  if (person !== 'yes') return person;
  if (seatIn(viewer, accountId) === null) return 'hidden';
  return allowed ? 'yes' : 'forbidden';
}

/** @param sees what a seat in the ticket's account must let see. */
function theirTicket(viewer: Viewer, ticket: GatedTicket | null, sees: readonly Seat['tickets'][]): Ruling {
  const allowed = signedInPerson(viewer);
  if (allowed !== 'yes') return allowed;
  if (viewer.kind !== 'person' || !ticket?.confirmed) return 'hidden';
  const { personId, accountId } = ticket;
  // What they asked for a company stays with it when they leave.
  if (personId === viewer.personId && !(accountId !== null && viewer.left.includes(accountId))) return 'yes';
  const seat = viewer.seats.find((one) => one.accountId === accountId);
  if (!seat || seat.tickets === 'own') return 'hidden';
  // Whoever reads it may know that they may not write.
  return sees.includes(seat.tickets) ? 'yes' : 'forbidden';
}
