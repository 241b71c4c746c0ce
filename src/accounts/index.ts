/** People and machines: who asks, what they may do, how they come in. */
export { audiencesOf, authorize, may, type Action, type GatedObjects } from './authorize.ts';
export {
  anonymous,
  isStaff,
  type AnonymousViewer,
  type Audience,
  type KeyViewer,
  type PersonViewer,
  type Role,
  type StaffViewer,
  type Viewer,
} from './viewer.ts';
export { accountsMigration } from './migrations.ts';
export type { EnterPurpose } from './tables.ts';
