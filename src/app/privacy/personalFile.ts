import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Identity } from '../../accounts/index.ts';
import type { Bridge, Touch } from '../../crm-bridge/index.ts';
import type { ZipEntry } from '../../platform/archive/index.ts';
import { isMessageKey, type Translator } from '../../platform/i18n/index.ts';
import type { Database } from '../../platform/database/index.ts';
import type { KeptAbout, PersonalData } from '../personalData.ts';
import { ownTouchLine } from './ownTouchLine.ts';

export interface PersonalFileDeps {
  database: Database;
  bridge: Bridge;
  keptAbout: KeptAbout;
  /** Where uploaded files lie. */
  uploads: string;
  brand: string;
}

/**
 * What somebody takes along, entry by entry: a page to read, the same as JSON for another service, and the files they sent us.
 */
export async function* personalFile(deps: PersonalFileDeps, who: Identity, tr: Translator): AsyncGenerator<ZipEntry> {
  const { database, bridge, keptAbout, uploads, brand } = deps;
  const data = await keptAbout(who);
  const touches = () => bridge.personal.touches.all(who.personIds);
  yield { name: 'data.json', bytes: chunked(jsonText(data, touches())) };
  yield { name: 'data.html', bytes: chunked(htmlText(data, touches(), tr, brand)) };
  const taken = new Set<string>();
  for (const { id, name } of await bridge.personal.files(database.reports, who)) {
    const path = join(uploads, id);
    const there = await access(path).then(
      () => true,
      () => false,
    );
    if (there)
      yield { name: `files/${unique(taken, name.replaceAll(/[/\\:*?"<>|]/g, '_'))}`, bytes: createReadStream(path) };
  }
}

/** The same as one JSON document, piece by piece. */
export async function* jsonText({ at, sections }: PersonalData, touches: AsyncIterable<Touch>): AsyncGenerator<string> {
  yield `{\n "at": ${JSON.stringify(at)}`;
  for (const { name, rows } of sections) yield `,\n ${JSON.stringify(name)}: ${JSON.stringify(rows, null, 1)}`;
  yield ',\n "contacts": [';
  let separator = '\n';
  for await (const touch of touches) {
    yield `${separator}${JSON.stringify(touch)}`;
    separator = ',\n';
  }
  yield '\n]}\n';
}

const style =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}' +
  'table{border-collapse:collapse;margin:.5rem 0 2rem;display:block;overflow-x:auto}' +
  'th,td{border:1px solid #8888;padding:.3rem .6rem;text-align:left;vertical-align:top;white-space:pre-wrap}th{font-weight:600}';

/** A page that needs nothing beside itself. */
async function* htmlText(
  { at, sections }: PersonalData,
  touches: AsyncIterable<Touch>,
  tr: Translator,
  brand: string,
): AsyncGenerator<string> {
  const title = escaped(`${tr.t('data.title')} · ${brand}`);
  yield `<!doctype html>\n<html lang="${tr.lang}"><head><meta charset="utf-8"><title>${title}</title>`;
  yield `<meta name="viewport" content="width=device-width, initial-scale=1"><style>${style}</style></head><body>`;
  yield `<h1>${title}</h1><p>${escaped(tr.dayAndTime(at))}</p>\n`;
  for (const { name, rows } of sections) {
    const columns = Object.keys(rows[0] ?? {});
    yield `<h2>${escaped(worded(tr, 'section', name))}</h2>\n<table><thead>${row(
      'th',
      columns.map((column) => worded(tr, 'column', column)),
    )}</thead><tbody>`;
    for (const each of rows)
      yield row(
        'td',
        columns.map((column) => String(each[column] ?? '')),
      );
    yield '</tbody></table>\n';
  }
  yield `<h2>${escaped(tr.t('data.contacts'))}</h2>\n<table><tbody>`;
  for await (const touch of touches) {
    const { text, note } = ownTouchLine(tr, touch);
    yield row('td', [
      tr.dayAndTime(touch.occurredAt),
      tr.t(`staff.channel.${touch.channel}`),
      text,
      note ?? '',
      JSON.stringify(touch.body ?? {}),
    ]);
  }
  yield '</tbody></table></body></html>\n';
}

function worded(tr: Translator, kind: 'section' | 'column', name: string): string {
  const key = `data.${kind}.${name}`;
  return isMessageKey(key) ? tr.t(key) : name;
}

function row(cell: 'td' | 'th', cells: readonly string[]): string {
  return `<tr>${cells.map((words) => `<${cell}>${escaped(words)}</${cell}>`).join('')}</tr>\n`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** Small texts together, so that not each word is a chunk of its own. */
async function* chunked(texts: AsyncIterable<string>): AsyncGenerator<Buffer> {
  let held = '';
  for await (const text of texts) {
    held += text;
    if (held.length < 65_536) continue;
    yield Buffer.from(held);
    held = '';
  }
  if (held !== '') yield Buffer.from(held);
}

function unique(taken: Set<string>, name: string): string {
  for (let count = 1; ; count++) {
    const tried = count === 1 ? name : name.replace(/(\.[^.]*)?$/, ` (${count})$1`);
    if (taken.has(tried)) continue;
    taken.add(tried);
    return tried;
  }
}
