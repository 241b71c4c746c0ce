import type { Locale } from '../platform/i18n/index.ts';
import type { StaffRole } from './viewer.ts';

declare module '../platform/database/index.ts' {
  interface Tables {
    secondFactor: SecondFactorTable;
    recoveryCode: RecoveryCodeTable;
    signInStep: SignInStepTable;
    roleRule: RoleRuleTable;
    staffInvitation: StaffInvitationTable;
    apiKeyUse: ApiKeyUseTable;
    accessEvent: AccessEventTable;
    acting: ActingTable;
  }
}

/** The authenticator app of a login. It counts from `confirmedAt` on; before, it is being set up. */
export interface SecondFactorTable {
  loginId: string;
  /** The shared secret, sealed for this login. */
  sealedSecret: Uint8Array;
  createdAt: string;
  confirmedAt: string | null;
  /** The step of time whose code was taken last: that code and all earlier ones work no more. */
  lastStep: number;
}

export interface RecoveryCodeTable {
  loginId: string;
  /** A keyed hash of login and code. */
  hash: string;
  spentAt: string | null;
}

/** Somebody who has taken the first step of signing in and owes the second. It opens nothing but that step. */
export interface SignInStepTable {
  /** SHA-256 of the token in the browser's cookie. */
  hash: string;
  loginId: string;
  createdAt: string;
  expiresAt: string;
}

/** What is asked of everybody with a role. */
export interface RoleRuleTable {
  role: StaffRole;
  /** 1: no colleague without a second step. */
  secondFactor: number;
  changedAt: string;
}

export interface StaffInvitationTable {
  id: string;
  email: string;
  role: StaffRole;
  locale: Locale;
  invitedBy: string | null;
  createdAt: string;
  /** When its mail was last asked for. */
  askedAt: string;
  /** Of the token in the newest mail; null until it is sent. */
  tokenHash: string | null;
  sentAt: string | null;
  expiresAt: string | null;
  /** When it was accepted or withdrawn. */
  endedAt: string | null;
  /** Who accepted it. */
  personId: string | null;
}

/** When a key last opened something, to the minute: apart from the key, since it says nothing about what the key may. */
export interface ApiKeyUseTable {
  keyId: string;
  lastAt: string;
}

/** What was done about access, and by whom. Rows are only added. */
export interface AccessEventTable {
  id: string;
  at: string;
  /** Null: the operator, at the machine itself. */
  actorId: string | null;
  kind: string;
  /** Whom it is about. */
  personId: string | null;
  /** JSON. */
  detail: string;
}

/** A colleague acts for a customer, in one session, for a reason that the customer reads. */
export interface ActingTable {
  id: string;
  sessionId: string;
  staffId: string;
  customerId: string;
  reason: string;
  beganAt: string;
  expiresAt: string;
  endedAt: string | null;
}
