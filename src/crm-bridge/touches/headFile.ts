import { open, readFile, rename } from 'node:fs/promises';
import { z } from 'zod';
import { sameText } from '../../platform/secrets/index.ts';
import type { Head, Proofs } from './seal.ts';

const content = z.object({ number: z.int().min(1), seq: z.int().min(1), hash: z.string(), mac: z.string() });

/** What the data folder of this machine knows of the log. */
export type KnownHead = { state: 'none' } | { state: 'broken' } | { state: 'sound'; head: Head };

export interface HeadFile {
  read(): Promise<KnownHead>;
  /** Replaces it as a whole: a process that is killed leaves the old one or the new one. */
  write(head: Head): Promise<void>;
}

/**
 * How far the log is sealed, kept outside of the database: whoever has the database alone and cuts its end off cannot
 * cut this off with it.
 * @param writer names this process, so that two of them do not write into one unfinished file.
 */
export function createHeadFile(path: string, proofs: Proofs, writer: string): HeadFile {
  return {
    async read() {
      const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null;
        throw error;
      });
      if (text === null) return { state: 'none' };
      const known = content.safeParse(parsed(text));
      if (!known.success) return { state: 'broken' };
      const { mac, ...head } = known.data;
      return sameText(mac, proofs.ofFile(head)) ? { state: 'sound', head } : { state: 'broken' };
    },
    async write({ number, seq, hash }) {
      const unfinished = `${path}.${writer}`;
      const file = await open(unfinished, 'w', 0o600);
      try {
        await file.writeFile(`${JSON.stringify({ number, seq, hash, mac: proofs.ofFile({ number, seq, hash }) })}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(unfinished, path);
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
