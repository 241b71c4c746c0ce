import { createHmac } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';

const lineSchema = z.object({
  /** `asked` and `undone` bring a running erasure back after a restore, `erased` the erasure itself. */
  kind: z.enum(['asked', 'undone', 'erased']),
  at: z.iso.datetime(),
  erasure: z.string(),
  dueAt: z.iso.datetime().optional(),
  people: z.array(z.string()),
  addresses: z.array(z.string()),
});

/** One line of the ledger. People and addresses are keyed hashes: it names nobody. */
export type LedgerLine = z.output<typeof lineSchema>;

/**
 * What was erased, outside the database and outside every backup, so that restoring an older backup brings nobody back.
 * Lines are only added.
 */
export interface Ledger {
  readonly path: string;
  personHash(personId: string): string;
  addressHash(email: string): string;
  /** On disk when it resolves. */
  add(line: LedgerLine): Promise<void>;
  /** All lines; a line that was cut off by a crash is left out, since nobody was told of it. */
  read(): Promise<LedgerLine[]>;
}

/** @param options.key 32 bytes from the installation's secret. */
export function createLedger({ path, key }: { path: string; key: Uint8Array }): Ledger {
  const hash = (what: string, text: string) => createHmac('sha256', key).update(`${what}\n${text}`).digest('base64url');
  return {
    path,
    personHash: (personId) => hash('person', personId),
    addressHash: (email) => hash('address', email),

    async add(line) {
      await mkdir(dirname(path), { recursive: true, mode: 0o750 });
      const file = await open(path, 'a+', 0o600);
      try {
        const { size } = await file.stat();
        const last = Buffer.alloc(1, '\n');
        if (size > 0) await file.read(last, 0, 1, size - 1);
        // After a line that was cut off, a new one begins.
        await file.writeFile(`${last.toString() === '\n' ? '' : '\n'}${JSON.stringify(line)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      const folder = await open(dirname(path), 'r');
      await folder.sync().finally(() => folder.close());
    },

    async read() {
      const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return '';
        throw error;
      });
      return text.split('\n').flatMap((line) => {
        const parsed = lineSchema.safeParse(asJson(line));
        return parsed.success ? [parsed.data] : [];
      });
    },
  };
}

function asJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
