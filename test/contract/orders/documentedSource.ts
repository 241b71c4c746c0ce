import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';
import { root } from '../../../scripts/install.mjs';
import type { OrderSource, SourceOrder } from '../../../src/orders/index.ts';

export interface DocumentedSource {
  source: OrderSource;
  /** Where its orders lie. */
  file: string;
  put(order: SourceOrder): Promise<void>;
}

/** The plugin that `docs/plugins.md` prints, taken from there, over a file of its own. */
export async function documentedSource(): Promise<DocumentedSource> {
  const folder = mkdtempSync(join(tmpdir(), 'waypost-plugin-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const page = readFileSync(join(root, 'docs', 'plugins.md'), 'utf8');
  const section = page.slice(page.indexOf('\n## An order source\n'));
  const code = /```ts\n(.*?)```/s.exec(section)?.[1] ?? '';
  const module = join(folder, 'shopFile.ts');
  writeFileSync(module, code);
  const { shopFile } = (await import(/* @vite-ignore */ pathToFileURL(module).href)) as {
    shopFile: (options: { file: string }) => OrderSource;
  };
  const file = join(folder, 'orders.json');
  const orders = new Map<string, SourceOrder>();
  writeFileSync(file, '[]');
  return {
    source: shopFile({ file }),
    file,
    put: async (order) => {
      orders.set(order.number, order);
      writeFileSync(file, JSON.stringify([...orders.values()]));
    },
  };
}
