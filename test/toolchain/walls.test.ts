import { ESLint } from 'eslint';
import { expect, test } from 'vitest';
import { root } from '../../scripts/install.mjs';
import { wallRules } from '../../scripts/walls.mjs';

const linter = new ESLint({
  cwd: root,
  // The planted files do not exist, so the compiler is not asked about them; no wall needs it.
  ruleFilter: ({ ruleId }) => wallRules.has(ruleId),
  overrideConfig: { files: ['**/*.ts'], languageOptions: { parserOptions: { projectService: false } } },
});

/** What the walls say of one planted file; a page's code is its frontmatter. */
async function complaints(filePath: string, code: string): Promise<string[]> {
  const text =
    filePath.endsWith('.astro') && !code.includes('<script>') ? `---\n${code}\n---\n<p>…</p>\n` : `${code}\n`;
  const results = await linter.lintText(text, { filePath });
  const messages = results.flatMap((result) => result.messages);
  expect(messages.filter((message) => message.fatal)).toStrictEqual([]);
  return messages.filter((message) => message.ruleId !== null).map((message) => message.message);
}

const forbidden: [what: string, file: string, code: string][] = [
  ['a page takes a value from kb', 'src/pages/x.astro', `import { kb } from '../kb/index.ts';`],
  [
    'a nested page takes a value from orders',
    'src/pages/[locale]/orders/x.astro',
    `import { x } from '../../../orders/index.ts';`,
  ],
  ['a page hides a value among types', 'src/pages/x.astro', `import { type X, y } from '../kb/index.ts';`],
  ['a page takes a value from app', 'src/pages/x.ts', `import { createApplication } from '../app/index.ts';`],
  ['a page takes a value of platform beside i18n', 'src/pages/x.ts', `import { x } from '../platform/http/index.ts';`],
  ['a page takes a type past the door', 'src/pages/x.ts', `import type { X } from '../kb/articles.ts';`],
  ['a page imports for the effect', 'src/pages/x.ts', `import '../kb/index.ts';`],
  ['a page passes on a value', 'src/pages/x.ts', `export { x } from '../kb/index.ts';`],
  ['a page passes on everything', 'src/pages/x.ts', `export * from '../kb/index.ts';`],
  ['a page imports dynamically', 'src/pages/x.astro', `const kb = await import('../kb/index.ts');`],
  ['a page imports from the root', 'src/pages/x.astro', `import { kb } from '/src/kb/index.ts';`],
  ['a page takes a detour', 'src/pages/x.ts', `import { kb } from './../kb/index.ts';`],
  ['a page takes a longer detour', 'src/pages/x.ts', `import { kb } from '../ui/../kb/index.ts';`],
  [
    "a page's script takes a value from kb",
    'src/pages/x.astro',
    `<script>\nimport { kb } from '../kb/index.ts';\nkb();\n</script>`,
  ],
  ['a page talks to the database', 'src/pages/x.astro', `import { sql } from 'kysely';`],
  ['a page opens PostgreSQL', 'src/pages/x.ts', `import pg from 'pg';`],
  ['a page opens SQLite', 'src/pages/x.ts', `import { DatabaseSync } from 'node:sqlite';`],
  ['a page fetches', 'src/pages/x.astro', `const answer = await fetch('https://example.com');`],
  ['middleware takes a value from accounts', 'src/middleware.ts', `import { x } from './accounts/index.ts';`],
  ['ui takes a value of crm-bridge', 'src/ui/Ticket.astro', `import { x } from '../crm-bridge/index.ts';`],
  ['ui takes a value of kb in a script', 'src/ui/search/suggest.ts', `import { x } from '../../kb/index.ts';`],
  ['ui imports a page', 'src/ui/x.ts', `import { x } from '../pages/x.ts';`],
  ['platform imports accounts', 'src/platform/http/x.ts', `import { x } from '../../accounts/index.ts';`],
  [
    'platform imports a type of accounts',
    'src/platform/http/x.ts',
    `import type { X } from '../../accounts/index.ts';`,
  ],
  [
    'platform writes a type of accounts in place',
    'src/platform/http/x.ts',
    `export type X = import('../../accounts/index.ts').X;`,
  ],
  [
    'platform enters another part past its door',
    'src/platform/http/x.ts',
    `import { x } from '../database/sqlite.ts';`,
  ],
  ['accounts imports kb', 'src/accounts/x.ts', `import { x } from '../kb/index.ts';`],
  ['accounts imports crm-bridge', 'src/accounts/x.ts', `import type { X } from '../crm-bridge/index.ts';`],
  ['crm-bridge imports orders', 'src/crm-bridge/x.ts', `import { x } from '../orders/index.ts';`],
  ['kb imports app', 'src/kb/x.ts', `import { x } from '../app/index.ts';`],
  ['kb imports orders', 'src/kb/x.ts', `import { x } from '../orders/index.ts';`],
  ['orders imports kb', 'src/orders/deep/x.ts', `import { x } from '../../kb/index.ts';`],
  ['kb enters accounts past its door', 'src/kb/x.ts', `import { x } from '../accounts/sessions.ts';`],
  ['kb enters platform past its door', 'src/kb/x.ts', `import { x } from '../platform/jobs/queue.ts';`],
  ['kb enters a plugin past its door', 'src/kb/x.ts', `import { x } from './engines/lunr/worker.ts';`],
  ['kb goes round by its own name', 'src/kb/x.ts', `import { x } from '../kb/y.ts';`],
  ['app imports ui', 'src/app/x.ts', `import { x } from '../ui/x.ts';`],
  ['app imports cli', 'src/app/x.ts', `import { x } from '../cli/index.ts';`],
  ['app enters kb past its door', 'src/app/migrations.ts', `import { x } from '../kb/migrations.ts';`],
  ['app imports a test', 'src/app/x.ts', `import { x } from '../../test/support/postgres.ts';`],
  ['cli imports kb', 'src/cli/x.ts', `import { x } from '../kb/index.ts';`],
  ['a plugin imports another plugin', 'src/kb/engines/lunr/index.ts', `import { x } from '../meilisearch/index.ts';`],
  ['a plugin imports its room', 'src/kb/engines/lunr/index.ts', `import { x } from '../../index.ts';`],
  [
    'a plugin imports another room',
    'src/crm-bridge/connectors/zammad/client.ts',
    `import { x } from '../../../accounts/index.ts';`,
  ],
  [
    'a nested file of a plugin imports its room',
    'src/orders/sources/tryton/api/x.ts',
    `import { x } from '../../../orders.ts';`,
  ],
  [
    'the configuration imports a plugin past its room',
    'waypost.config.ts',
    `import { x } from './src/kb/engines/lunr/index.ts';`,
  ],
  ['the configuration imports platform', 'waypost.config.ts', `import { x } from './src/platform/http/index.ts';`],
];

const allowed: [file: string, code: string][] = [
  ['src/pages/x.astro', `import Page from '../ui/Page.astro';\nimport { translate } from '../platform/i18n/index.ts';`],
  [
    'src/pages/[locale]/x.astro',
    `import type { Article } from '../../kb/index.ts';\nimport { type Ticket } from '../../crm-bridge/index.ts';`,
  ],
  ['src/pages/[locale]/x.astro', `import { cards } from '../kb/cards.ts';\nimport { z } from 'zod';`],
  ['src/pages/x.ts', `import type { Refusal } from '../platform/refusal.ts';`],
  ['src/pages/x.astro', `<script>\nimport '../ui/search/suggest.ts';\nawait fetch('/api/v1/search');\n</script>`],
  [
    'src/middleware.ts',
    `import type { Viewer } from './accounts/index.ts';\nimport { pick } from './platform/i18n/index.ts';`,
  ],
  ['src/env.d.ts', `import type { Application } from './app/index.ts';`],
  [
    'src/ui/tickets/Thread.astro',
    `import type { Message } from '../../crm-bridge/index.ts';\nimport Card from '../orders/Card.astro';`,
  ],
  ['src/ui/search/suggest.ts', `export const answer = await fetch('/api/v1/search');`],
  [
    'src/cli/index.ts',
    `import { createApplication } from '../app/index.ts';\nimport { log } from '../platform/log/index.ts';`,
  ],
  [
    'src/app/index.ts',
    `import { createKb } from '../kb/index.ts';\nimport { x } from '../crm-bridge/index.ts';\nimport { y } from './y.ts';`,
  ],
  [
    'src/app/index.ts',
    `import { systemRuntime } from '../platform/runtime.ts';\nimport { lunr } from '../kb/index.ts';`,
  ],
  [
    'src/kb/articles.ts',
    `import { record } from '../crm-bridge/index.ts';\nimport { y } from './engines/lunr/index.ts';\nimport { z } from './y.ts';`,
  ],
  [
    'src/orders/x.ts',
    `import { authorize } from '../accounts/index.ts';\nimport { Refusal } from '../platform/refusal.ts';`,
  ],
  ['src/crm-bridge/x.ts', `import type { Viewer } from '../accounts/index.ts';\nimport { sql } from 'kysely';`],
  [
    'src/accounts/x.ts',
    `declare module '../platform/database/index.ts' { interface Tables { person: string } }\nexport {};`,
  ],
  [
    'src/platform/http/x.ts',
    `import { x } from '../database/index.ts';\nimport { newId } from '../runtime.ts';\nimport { y } from './y.ts';`,
  ],
  ['src/platform/i18n/catalogues/en.ts', `import { x } from '../x.ts';\nimport { y } from '../../refusal.ts';`],
  [
    'src/kb/engines/lunr/index.ts',
    `import type { Engine } from '../../engine.ts';\nimport { x } from './worker.ts';\nimport lunr from 'lunr';`,
  ],
  [
    'src/kb/engines/lunr/zh/x.ts',
    `import { x } from '../worker.ts';\nimport { log } from '../../../../platform/log/index.ts';`,
  ],
  [
    'waypost.config.ts',
    `import { defineConfig } from './src/app/config.ts';\nimport { lunr } from './src/kb/index.ts';`,
  ],
  ['test/kb/x.test.ts', `import { x } from '../../src/kb/articles.ts';`],
];

test.each(forbidden)('it is reported when %s', async (_, file, code) => {
  const found = await complaints(file, code);
  expect(found.length).toBeGreaterThan(0);
  for (const message of found) expect(message).toMatch(/[.]$/);
});

test.each(allowed)('nothing is said of what %s may import (%#)', async (file, code) => {
  expect(await complaints(file, code)).toStrictEqual([]);
});
