import { existsSync, rmSync } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';

const MARKER = 'restore-unfinished';

/** A restore was broken off; what is there may be half of two states. The message is for the operator. */
class RestoreUnfinished extends Error {
  readonly code = 'restore_unfinished';
}

/** On disk when it resolves: from here on, until it is taken away, nothing starts. */
export async function setMarker(dataFolder: string): Promise<void> {
  await mkdir(dataFolder, { recursive: true, mode: 0o750 });
  const file = await open(join(dataFolder, MARKER), 'w', 0o600);
  await file.sync().finally(() => file.close());
  const folder = await open(dataFolder, 'r');
  await folder.sync().finally(() => folder.close());
}

export function takeMarkerAway(dataFolder: string): void {
  rmSync(join(dataFolder, MARKER), { force: true });
}

export const hasMarker = (dataFolder: string): boolean => existsSync(join(dataFolder, MARKER));

/** @throws RestoreUnfinished */
export function refuseHalfRestored(dataFolder: string): void {
  if (!hasMarker(dataFolder)) return;
  throw new RestoreUnfinished(
    `A restore into ${dataFolder} was broken off. Run the same “waypost restore” again; nothing starts before.`,
  );
}
