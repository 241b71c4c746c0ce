export { operator } from '../accounts/index.ts';
export { createApplication, type Application, type ApplicationOptions, type Settings } from './application.ts';
export {
  exportArticles,
  importArticles,
  indexStatus,
  rebuildIndexes,
  type ExportReport,
  type ImportReport,
  type IndexStatus,
  type Rebuilt,
} from './articles.ts';
export { backUpPortal, passphraseIn, restorePortal, type BackupReport, type RestoreReport } from './backup/index.ts';
export type { CustomerRead, ListedCustomer } from './customers.ts';
export { boot, migrateDatabase, type Booted, type BootOptions } from './boot.ts';
export { knownDemo, noteDemo, refuseDemoBeyondLoopback, seedDemo, withDemo, type DemoPeople } from './demo.ts';
export { diagnose, type Diagnosis, type Finding } from './doctor/index.ts';
export type { Escalated, Escalation } from './escalate.ts';
export {
  evaluatedEngines,
  evaluateSearch,
  relevanceSet,
  type EvaluatedEngine,
  type Evaluation,
  type EvaluationOptions,
  type RelevanceSet,
} from './evaluate.ts';
export { demoLines, greeting } from './greeting.ts';
export { importOrders, type OrderImport } from './importOrders.ts';
export type { FaultLine, OrderFaults } from './orderFaults.ts';
export { createPortal, type Portal } from './portal.ts';
export { routeFaults, routes, type Method, type Permission } from './routes.ts';
export { siteSchema, type Site, type SiteConfig } from './site.ts';
export { exportedEvent, exportTouches } from './touchExport.ts';
export type { Verification } from '../crm-bridge/index.ts';
export { work } from './work.ts';
export { createWorkerHealth } from './workerHealth.ts';
