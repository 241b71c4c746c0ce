import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isInstalled } from '../../scripts/install.mjs';

const locked = {
  '': { version: '1.0.0' },
  'node_modules/served': { version: '1.2.3', integrity: 'sha512-served' },
  'node_modules/tested': { version: '2.0.0', integrity: 'sha512-tested', dev: true },
  'node_modules/elsewhere': { version: '3.0.0', integrity: 'sha512-elsewhere', optional: true },
};

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'waypost-install-'));
  mkdirSync(join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages: locked }));
});

afterEach(() => rmSync(folder, { recursive: true }));

function installed(packages: Record<string, { version: string; integrity: string }>): void {
  writeFileSync(join(folder, 'node_modules', '.package-lock.json'), JSON.stringify({ packages }));
}

const served = { version: '1.2.3', integrity: 'sha512-served' };
const tested = { version: '2.0.0', integrity: 'sha512-tested' };

test('nothing installed is not installed', () => {
  expect(isInstalled({ dev: false, folder })).toBe(false);
});

test('what serving needs is enough for serving, not for tests', () => {
  installed({ 'node_modules/served': served });
  expect(isInstalled({ dev: false, folder })).toBe(true);
  expect(isInstalled({ dev: true, folder })).toBe(false);
});

test('what tests need is enough for serving', () => {
  installed({ 'node_modules/served': served, 'node_modules/tested': tested });
  expect(isInstalled({ dev: true, folder })).toBe(true);
  expect(isInstalled({ dev: false, folder })).toBe(true);
});

test('another version, other bytes or half a record is not installed', () => {
  installed({ 'node_modules/served': { ...served, version: '1.2.4' } });
  expect(isInstalled({ dev: false, folder })).toBe(false);
  installed({ 'node_modules/served': { ...served, integrity: 'sha512-other' } });
  expect(isInstalled({ dev: false, folder })).toBe(false);
  writeFileSync(join(folder, 'node_modules', '.package-lock.json'), '{"packages":');
  expect(isInstalled({ dev: false, folder })).toBe(false);
});
