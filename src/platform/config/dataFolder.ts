import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, openSync, closeSync, fsyncSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SECRET_LENGTH } from '../secrets/index.ts';
import type { Environment } from './environment.ts';

/** The data folder cannot be used as it is. The message is one sentence for whoever starts the portal. */
class DataFolderFault extends Error {
  readonly code = 'data_folder';
  constructor(message: string) {
    super(message);
    this.name = 'DataFolderFault';
  }
}

export interface PreparedData {
  /** The installation's secret, from the environment or from the data folder. */
  secret: string;
}

/**
 * Makes the data folder if need be, checks that it can be written, and keeps the secret in it when the environment has
 * none: made once, readable for the owner only.
 * @throws DataFolderFault
 */
export function prepareDataFolder(environment: Pick<Environment, 'dataFolder' | 'secret'>): PreparedData {
  const { dataFolder } = environment;
  try {
    mkdirSync(dataFolder, { recursive: true, mode: 0o750 });
    const probe = join(dataFolder, `.probe-${process.pid}`);
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    throw new DataFolderFault(`The data folder ${dataFolder} cannot be written: ${reason(error)}.`);
  }
  return { secret: environment.secret ?? keptSecret(join(dataFolder, 'secret')) };
}

function keptSecret(file: string): string {
  try {
    return readSecret(file) ?? makeSecret(file);
  } catch (error) {
    if (error instanceof DataFolderFault) throw error;
    throw new DataFolderFault(`The secret in ${file} cannot be read or written: ${reason(error)}.`);
  }
}

function readSecret(file: string): string | null {
  let kept: string;
  try {
    kept = readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  // A new one would make everything sealed with the old one unreadable: that is for a person to decide.
  if (kept.length < SECRET_LENGTH) {
    throw new DataFolderFault(
      `The secret in ${file} is damaged: bring it back from a backup, or delete it to begin anew.`,
    );
  }
  return kept;
}

/** Whole or not at all: written aside, then linked into place, which fails when another process was quicker. */
function makeSecret(file: string): string {
  const aside = `${file}.${process.pid}.new`;
  rmSync(aside, { force: true });
  const handle = openSync(aside, 'wx', 0o600);
  try {
    writeFileSync(handle, `${randomBytes(48).toString('base64url')}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  try {
    linkSync(aside, file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    rmSync(aside);
  }
  const kept = readSecret(file);
  if (kept === null) throw new DataFolderFault(`The secret in ${file} was deleted while it was made.`);
  return kept;
}

function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const words: Record<string, string> = {
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    EROFS: 'the file system is read-only',
    ENOTDIR: 'a part of the path is a file',
    EEXIST: 'there is a file of this name',
    ENOSPC: 'the disk is full',
  };
  return words[code] ?? (error instanceof Error ? error.message : String(error));
}
