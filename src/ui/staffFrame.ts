import type { Application } from '../app/index.ts';
import type { Viewer } from '../accounts/index.ts';

/** What the frame of a colleague's page says of them and of what waits. */
export interface StaffFrame {
  person: { name: string };
  /** Whether tickets and the bridge are theirs to work on; what is not is not named to them. */
  desk: boolean;
  /** Whether colleagues, rules, keys and files of orders are theirs to keep. */
  access: boolean;
  tickets?: number;
  parked?: number;
}

/** Fills the frame for whoever looks; authors are told nothing of the desk. */
export async function staffFrame(app: Pick<Application, 'bridge'>, viewer: Viewer): Promise<StaffFrame> {
  if (viewer.kind !== 'person') return { person: { name: '' }, desk: false, access: false };
  const { name, role } = viewer;
  if (role === 'author') return { person: { name }, desk: false, access: false };
  const access = role === 'administrator';
  return { person: { name }, desk: true, access, ...(await app.bridge.desk.standing(viewer)) };
}
