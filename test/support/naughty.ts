import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/install.mjs';

/** Hostile input that nobody here wrote lies beside the project, or where the environment says. */
const folder = process.env['WAYPOST_CORPORA'] ?? join(root, '..', 'shared', 'corpora');

const own = [
  'plain words',
  '',
  ' ',
  '  spaces around  ',
  'first line\nsecond line',
  '\nbegins with a line feed',
  'a line of a form\r\nand the next',
  'tab\there',
  'nul\u0000inside',
  'bell\u0007inside',
  'half a pair \ud800 of surrogates',
  'zero\u200bwidth',
  '\u202etxt.exe',
  '椅子 Ünï 🪑 👩‍👩‍👧‍👦',
  '"><script>alert(1)</script>',
  '</textarea></title></script><b>',
  "Robert'); drop table person;--",
  '&lt;b&gt; &amp;amp; &#x41;',
  '{{7*7}} $' + '{7*7} <%= 7*7 %>',
  '../../../../etc/passwd',
  'x\r\nBcc: somebody@kitewood.example',
];

/** Strings that break text handling, each once; the project's own come first. */
export function naughtyStrings(): string[] {
  return [...new Set([...own, ...listOf('naughty-strings.json', (text) => JSON.parse(text) as string[])])];
}

/** Of many ways to send a string: all of them for the project's own, and for each other string some, in turn. */
export function waysFor<Way>(index: number, ways: readonly Way[], share = 6): Way[] {
  return ways.filter((_, place) => index < own.length || place % share === index % share);
}

/** Targets that slip past naive checks of where a redirect leads. */
export function redirectTargets(): string[] {
  const few = [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example/',
    '/%09/evil.example',
    '\t//evil.example',
    'javascript:alert(1)',
    '/..//evil.example',
    '/%2f%2fevil.example',
    'http:evil.example',
    '/en/\r\nlocation: //evil.example',
  ];
  return [...new Set([...few, ...listOf('open-redirects.txt', (text) => text.split('\n').filter(Boolean))])];
}

/** Names of request headers that servers have been known to trust. */
export function claimingHeaders(): string[] {
  const few = ['Forwarded', 'X-Forwarded-Host', 'X-Forwarded-For', 'X-Host', 'X-Original-URL', 'X-Rewrite-URL'];
  const named = listOf('header-names.txt', (text) =>
    text.split(/\r?\n/).map((line) => line.replace(/:.*$/, '').trim()),
  );
  return [...new Set([...few, ...named])].filter((name) => /^[\w!#$%&'*+.^`|~-]+$/.test(name));
}

function listOf(file: string, read: (text: string) => string[]): string[] {
  const path = join(folder, file);
  if (existsSync(path)) return read(readFileSync(path, 'utf8'));
  console.log(`${file} is not beside the project: only the project's own short list was tried.`);
  return [];
}
