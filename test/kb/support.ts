import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { noStanding, type Viewer } from '../../src/accounts/index.ts';
import { migrations } from '../../src/app/migrations.ts';
import { createKb, lunr, type Kb, type KbParts, type KbTouch } from '../../src/kb/index.ts';
import type { Database } from '../../src/platform/database/index.ts';
import type { DatabaseSource } from '../support/databases.ts';
import { heldRuntime, type HeldRuntime } from '../support/heldRuntime.ts';

/** A knowledge base over a fresh database, and what it told the outside. */
export interface Shelf {
  kb: Kb;
  database: Database;
  runtime: HeldRuntime;
  touches: (KbTouch & { viewer: Viewer; inTransaction: boolean })[];
  warnings: string[];
  /** Writes files below a content folder of its own and imports it. */
  write(files: Record<string, string | Uint8Array>): Promise<Awaited<ReturnType<Kb['importContent']>>>;
  folder: string;
}

export async function openShelf(source: DatabaseSource, parts: Partial<KbParts> = {}): Promise<Shelf> {
  const database = parts.database ?? (await source.fresh(migrations));
  const runtime = heldRuntime();
  const touches: Shelf['touches'] = [];
  const warnings: string[] = [];
  const kb = createKb({
    database,
    runtime,
    engine: lunr(),
    log: {
      info: () => undefined,
      warn: (_, message) => warnings.push(message),
      error: (_, message) => warnings.push(message),
    },
    touches: {
      record: (viewer, touch) => touches.push({ ...touch, viewer, inTransaction: false }),
      recordIn: async (_, viewer, touch) => {
        touches.push({ ...touch, viewer, inTransaction: true });
      },
    },
    ...parts,
  });
  const folder = mkdtempSync(join(tmpdir(), 'waypost-content-'));
  onTestFinished(async () => {
    await kb.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const write: Shelf['write'] = async (files) => {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    return kb.importContent({ folder, locales: ['en', 'zh-cn'] });
  };
  return { kb, database, runtime, touches, warnings, write, folder };
}

/** An article's file. */
export function articleFile(matter: Record<string, string>, body = 'Words.'): string {
  const lines = { title: 'A title', summary: 'A summary.', kind: 'service', audience: 'public', ...matter };
  return `---\n${Object.entries(lines)
    .map(([key, value]) => `${key}: ${value}\n`)
    .join('')}---\n\n${body}\n`;
}

const person = {
  kind: 'person' as const,
  personId: 'p1',
  name: 'Mei',
  email: 'mei@kitewood.example',
  locale: 'en' as const,
  ...noStanding,
};

export const unverified: Viewer = { ...person, verified: false, role: 'customer' };
export const customer: Viewer = { ...person, verified: true, role: 'customer' };
export const author: Viewer = { ...person, personId: 'p2', verified: true, role: 'author' };
export const systemKey: Viewer = { kind: 'key', keyId: 'k1', name: 'ERP', role: 'system', carrier: null };
