import { Refusal } from '../platform/refusal.ts';
import type { AccountRole } from './tables.ts';
import type { Seat, Viewer } from './viewer.ts';

/** What is done about an account's members, as far as the decision needs to know it. */
export interface GatedMember {
  accountId: string;
  /** Whom it is about: the role they have, or are to have, whichever is higher; null: nobody in particular. */
  role: AccountRole | null;
  /** Whether it is about the viewer. */
  own: boolean;
}

/** The viewer's place in an account, or null. */
export function seatIn(viewer: Viewer, accountId: string): Seat | null {
  if (viewer.kind !== 'person' || !viewer.verified) return null;
  return viewer.seats.find((seat) => seat.accountId === accountId) ?? null;
}

/** Whether the viewer may invite and remove somebody of a role: owners everybody, managers members, all themselves. */
export function keepsMember(viewer: Viewer, { accountId, role, own }: GatedMember): boolean {
  const seat = seatIn(viewer, accountId);
  return seat?.role === 'owner' || own || (seat?.role === 'manager' && (role === null || role === 'member'));
}

/** An account always has somebody who owns it. */
export function lastOwner(): Refusal {
  return new Refusal('invalid', { fields: [{ field: 'role', key: 'companies.lastOwner' }] });
}
