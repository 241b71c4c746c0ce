import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const require = createRequire(import.meta.url);
/** axe's own text, from the package that comes with the adapter for Playwright. */
const { source } = createRequire(require.resolve('@axe-core/playwright'))('axe-core') as { source: string };

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'];
/** Which rules to look at: all of them, or what a theme or a width can change of a page whose every rule was looked at. */
export type Rules = 'all' | 'colours' | 'sizes';
const byChange = { colours: ['color-contrast', 'link-in-text-block'], sizes: ['target-size'] };

/** Puts axe into every page of a window before it loads; no policy of the page stands in its way. */
export function axeScript(): { content: string } {
  return { content: source };
}

/** The findings on the page as it is: rule, element, and what is wrong. */
export async function findings(page: Page, rules: Rules): Promise<string[]> {
  return page.evaluate(
    async ({ runOnly, rules: switched }) => {
      const axe = (window as unknown as { axe: { run: (context: Document, options: object) => Promise<Results> } }).axe;
      interface Results {
        violations: { id: string; nodes: { target: unknown[]; failureSummary?: string }[] }[];
      }
      const { violations } = await axe.run(document, { runOnly, rules: switched, resultTypes: ['violations'] });
      return violations.flatMap(({ id, nodes }) =>
        nodes.map(
          ({ target, failureSummary = '' }) => `${id} at ${target.join(' ')}: ${failureSummary.split('\n')[1]?.trim()}`,
        ),
      );
    },
    {
      runOnly: rules === 'all' ? { type: 'tag', values: tags } : { type: 'rule', values: byChange[rules] },
      rules: rules === 'all' ? { 'target-size': { enabled: true } } : {},
    },
  );
}
