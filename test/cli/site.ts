import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scratch } from './running.ts';

/** A site of another company, apart from the code, with a connector that does `fault` when it is given a case. */
export function siteWith(fault: string): string {
  const site = scratch();
  mkdirSync(join(site, 'plugins'));
  mkdirSync(join(site, 'content/en/care'), { recursive: true });
  writeFileSync(join(site, 'package.json'), '{ "type": "module" }');
  writeFileSync(
    join(site, 'content/en/care/brass.md'),
    '---\ntitle: Polish brass\nsummary: With a soft cloth.\nkind: service\naudience: public\n---\n## How\nSlowly.\n',
  );
  writeFileSync(join(site, 'content/en/categories.yaml'), 'care:\n  title: Care\n');
  writeFileSync(
    join(site, 'plugins/planted.ts'),
    `import { desk } from 'waypost/config';
    export const planted = () => ({ ...desk(), name: 'planted', async openCase() { ${fault}; return { reference: '1', url: null }; } });`,
  );
  writeFileSync(
    join(site, 'waypost.config.ts'),
    `import { defineConfig, lunr, type SiteConfig } from 'waypost/config';
    import { planted } from './plugins/planted.ts';
    const config: SiteConfig = {
      brand: { name: 'Brassworks', locales: ['en'], timeZone: 'Europe/Paris' },
      search: lunr(),
      connectors: [planted()],
    };
    export default defineConfig(config);`,
  );
  return site;
}
