import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { localPath } from '../../src/accounts/localPath.ts';

/** Hostile redirect targets that nobody here wrote; they live beside the project. */
const corpus = fileURLToPath(new URL('../../../shared/corpora/open-redirects.txt', import.meta.url));
const site = 'http://portal.example';

describe('where to go after signing in', () => {
  it('keeps a path of the site with its query and fragment', () => {
    for (const path of ['/', '/en/tickets', '/en/search?q=a%20b', '/zh-cn/tickets/T-1#reply', '/en/%E6%A4%85']) {
      expect(localPath(path)).toBe(path);
    }
  });

  it('drops whatever a browser may read as another place', () => {
    const hostile = [
      '//evil.example',
      '/\\evil.example',
      '\\/evil.example',
      '/\t/evil.example',
      '/\n/evil.example',
      '/.//evil.example',
      '/..//evil.example',
      '/en/../..//evil.example',
      'https://evil.example',
      'javascript:alert(1)',
      'evil.example',
      '',
      ' /en',
      '/en\u0000',
      '/é',
      '/x'.repeat(400),
      null,
      undefined,
      7,
      ['/en'],
      { toString: () => '/en' },
    ];
    for (const target of hostile) expect(localPath(target)).toBeNull();
  });

  it('sends nobody of the corpus elsewhere', () => {
    if (!existsSync(corpus)) {
      console.log('The corpus of redirect targets is not beside the project: only our own list was tried.');
      return;
    }
    for (const line of readFileSync(corpus, 'utf8').split('\n')) {
      const target = localPath(line);
      if (target === null) continue;
      expect(new URL(target, site).origin, line).toBe(site);
      // Also when something on the way decodes or folds it once more.
      expect(new URL(new URL(target, site).pathname, site).origin, line).toBe(site);
    }
  });
});
