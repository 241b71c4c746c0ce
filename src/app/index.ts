export { createApplication, type Application, type ApplicationOptions, type Settings } from './application.ts';
export { boot, type Booted } from './boot.ts';
export { knownDemo, seedDemo, type DemoPeople } from './demo.ts';
export type { Escalated, Escalation } from './escalate.ts';
export { createPortal, type Portal } from './portal.ts';
export { routeFaults, routes, type Method, type Permission } from './routes.ts';
export { siteSchema, type Site, type SiteConfig } from './site.ts';
export { work } from './work.ts';
