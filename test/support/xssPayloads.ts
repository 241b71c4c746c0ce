import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/install.mjs';

/** Payloads that nobody here wrote lie beside the project, or where the environment says. */
const corpus = join(process.env['WAYPOST_CORPORA'] ?? join(root, '..', 'shared', 'corpora'), 'xss-payloads.txt');

/** One of each family, for the sinks there are: text, attribute, script, style, address, XML. Each runs unaided where it is not escaped. */
export const ownPayloads = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<svg onload=alert(1)>',
  '"><svg onload=alert(1)>',
  `'><img src=x onerror=alert(1)>`,
  '</title><script>alert(1)</script>',
  '</textarea><script>alert(1)</script>',
  '</script><script>alert(1)</script>',
  '--><script>alert(1)</script>',
  ']]><script xmlns="http://www.w3.org/1999/xhtml">alert(1)</script>',
  '<details open ontoggle=alert(1)>',
  '<iframe srcdoc="<script>parent.alert(1)</script>"></iframe>',
  '<style>@import "https://elsewhere.example/x.css";</style>',
  '<img src=https://elsewhere.example/x.png>',
  '<meta http-equiv=refresh content="0;url=https://elsewhere.example">',
  '<a href=javascript:alert(1)>x</a>',
  '<form action=https://elsewhere.example><button>x</button></form>',
  '<base href=https://elsewhere.example/><img src=x>',
] as const;

/** Payloads that are harm only where a text becomes an address, Markdown, or a part of a quoted attribute or script. */
export const inPlacePayloads = [
  'javascript:alert(1)',
  '[x](javascript:alert(1))',
  '![x](x"onerror="alert(1))',
  '<javascript:alert(1)>',
  '" autofocus onfocus="alert(1)',
  "';alert(1)//",
  '\\u003cscript\\u003ealert(1)\\u003c/script\\u003e',
] as const;

/** All payloads of the corpus, each once; told when they are not there. */
export function corpusPayloads(): string[] {
  if (!existsSync(corpus)) {
    console.info(`${corpus} is not there: only the project's own payloads are tried.`);
    return [];
  }
  const lines = readFileSync(corpus, 'utf8').split('\n');
  return [...new Set(lines.filter((line) => line.trim() !== ''))];
}
