/** People and machines: who asks, what they may do, how they come in. */
export { createAccounts, type Accounts, type AccountsDeps } from './accounts.ts';
export { audiencesOf, authorize, may, type Action, type GatedObjects, type GatedTicket } from './authorize.ts';
export {
  anonymous,
  isAudience,
  isStaff,
  noStanding,
  actorOf,
  customerActor,
  type AnonymousViewer,
  type Audience,
  type GroupAudience,
  type KeyViewer,
  type PersonViewer,
  type Role,
  type Seat,
  type StaffRole,
  type StaffViewer,
  type Standing,
  type Viewer,
} from './viewer.ts';
export { customersMigration } from './customersMigration.ts';
export type { CustomerGroup, CustomerPart, GroupMember } from './parts.ts';
export type { PersonFact } from './facts.ts';
export { accountsMigration } from './migrations.ts';
export { staffAccessMigration } from './staffAccessMigration.ts';
export type { AccessNotice, SecondFactorState } from './security.ts';
export { companiesMigration } from './companiesMigration.ts';
export { privacyMigration } from './privacy/migration.ts';
export {
  accountsLeft,
  identityOf,
  personIdOfEmail,
  type Forgotten,
  type Identity,
  type PersonalSection,
} from './privacy/identity.ts';
export { forgetInAccounts, keptByAccounts } from './privacy/personal.ts';
export { themselves, type AddressLook, type AddressMail } from './privacy/correcting.ts';
export type { Erasure, Leftovers } from './privacy/erasures.ts';
export type { MemberInvitationLook, MemberInvitationMail } from './accountInvitations.ts';
export type { AccountEventView } from './accountEvents.ts';
export type { Invited, Member, MembersView } from './members.ts';
export type { MailChoices, MailKind } from './mailChoices.ts';
export { viewerOfPerson } from './personViewer.ts';
export { operator, type Authority } from './operator.ts';
export type { AccountRates, Rate } from './rates.ts';
export type { EnterLook, MintedToken } from './enterTokens.ts';
export type { Membership, Tier } from './companies.ts';
export type { Entered } from './entering.ts';
export type { KeyRow } from './keys.ts';
export type { Contact, Person } from './people.ts';
export type {
  AccessMailJob,
  AccountMailJob,
  ActingChange,
  Client,
  MailPort,
  OnAddressProven,
  ProvenAddress,
} from './ports.ts';
export type { AccessEvent, AccessEventKind } from './accessLog.ts';
export type { ActedFor, ActingMail } from './acting.ts';
export type { Colleague, ColleaguePage, FormerColleague } from './colleagues.ts';
export type { SecondFactorRules } from './roleRules.ts';
export type { InvitationMail, StaffInvitation } from './staffInvitations.ts';
export type { AccountMail } from './requests.ts';
export type { OpenSession } from './sessions.ts';
export type { EnterPurpose } from './tables.ts';
