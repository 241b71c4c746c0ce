import { mkdtempSync, mkdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, onTestFinished, test } from 'vitest';
import { siteDoors } from '../../src/app/siteImports.ts';
import { root } from '../../scripts/install.mjs';

/** A site folder elsewhere, into which Waypost was linked, as `npm install --no-save PATH` does. */
function linkedSite(): string {
  const site = mkdtempSync(join(tmpdir(), 'waypost-site-'));
  onTestFinished(() => rmSync(site, { recursive: true, force: true }));
  mkdirSync(join(site, 'node_modules'));
  symlinkSync(root, join(site, 'node_modules', 'waypost'), 'dir');
  return site;
}

test.each([
  ['NodeNext', ts.ModuleKind.NodeNext, ts.ModuleResolutionKind.NodeNext],
  ['Bundler', ts.ModuleKind.ESNext, ts.ModuleResolutionKind.Bundler],
])('an editor finds the types of what a site elsewhere imports (%s)', (_, module, moduleResolution) => {
  const file = join(linkedSite(), 'waypost.config.ts');
  const find = (name: string) => {
    const mode = ts.ModuleKind.ESNext;
    const found = ts.resolveModuleName(name, file, { module, moduleResolution }, ts.sys, undefined, undefined, mode);
    return found.resolvedModule?.resolvedFileName;
  };
  for (const [name, at] of Object.entries(siteDoors)) expect(find(name)).toBe(realpathSync(at));
  expect(find('waypost/elsewhere')).toBeUndefined();
});
