import {
  accountsMigration,
  companiesMigration,
  customersMigration,
  privacyMigration,
  staffAccessMigration,
} from '../accounts/index.ts';
import {
  bridgeMigration,
  ticketAccountMigration,
  ticketOrderMigration,
  touchSealsMigration,
} from '../crm-bridge/index.ts';
import {
  authoringMigration,
  gapPersonMigration,
  kbAudienceMigration,
  kbGapsMigration,
  kbImagesMigration,
  kbMigration,
} from '../kb/index.ts';
import {
  orderFilesMigration,
  ordersMigration,
  orderSearchMigration,
  orderViewsMigration,
  orderWatchMigration,
} from '../orders/index.ts';
import { platformMigration, type Migration } from '../platform/database/index.ts';

/** All rooms' migrations in the order of their numbers. Written once and never changed; new ones are added. */
export const migrations: readonly Migration[] = [
  platformMigration,
  accountsMigration,
  kbMigration,
  bridgeMigration,
  kbImagesMigration,
  authoringMigration,
  kbGapsMigration,
  ordersMigration,
  orderWatchMigration,
  ticketOrderMigration,
  orderFilesMigration,
  orderViewsMigration,
  companiesMigration,
  kbAudienceMigration,
  ticketAccountMigration,
  staffAccessMigration,
  touchSealsMigration,
  privacyMigration,
  gapPersonMigration,
  customersMigration,
  orderSearchMigration,
];
