import { authorize } from './authorize.ts';
import type { Viewer } from './viewer.ts';

/** Who is at the machine itself: the command line, the demo's seed. Whoever can run these may read the database anyway. */
export const operator = { kind: 'operator' } as const;

/** Whoever gives access: an administrator, or the operator. */
export type Authority = Viewer | typeof operator;

/** @throws Refusal `unauthenticated`, `forbidden` */
export function authorizeAccess(by: Authority): void {
  if (by.kind !== 'operator') authorize(by, 'access.manage');
}
