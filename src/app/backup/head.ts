import { createHmac } from 'node:crypto';
import { z } from 'zod';
import type { BackupEntry } from '../../platform/backup/index.ts';
import { createSecrets } from '../../platform/secrets/index.ts';

export const HEAD = 'waypost-backup.json';

const headSchema = z.object({
  format: z.literal(1),
  createdAt: z.iso.datetime(),
  /** Of the product that wrote it. */
  version: z.string(),
  dialect: z.enum(['sqlite', 'postgres']),
  /** The steps of the schema that had run. */
  migrations: z.array(z.string()),
  /** Whether a secret is the one the backup was made with shows in this; the secret does not. */
  keyCheck: z.string(),
});

/** What a backup says of itself, before anything else. */
export type BackupHead = z.output<typeof headSchema>;

export function headEntry(head: BackupHead): BackupEntry {
  return { name: HEAD, bytes: Buffer.from(`${JSON.stringify(head, null, 2)}\n`) };
}

/** @returns null for what is no head of ours. */
export function headOf(text: string): BackupHead | null {
  try {
    return headSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Tells one secret from another. */
export function keyCheckOf(secret: string): string {
  return createHmac('sha256', createSecrets(secret).key('backup-check')).update('waypost').digest('base64url');
}
