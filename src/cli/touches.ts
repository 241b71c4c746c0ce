import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { exportTouches, type Application, type Verification } from '../app/index.ts';
import { answer, jsonOption, type AnswerOptions } from './answer.ts';
import { openExportFile, type ExportFile } from './exportFile.ts';
import { progressBar } from './progress.ts';
import { exitCodes, type Terminal, type Verb } from './terminal.ts';
import { Failed, WrongUsage } from './trouble.ts';
import { withApplication } from './withApplication.ts';

interface ExportOptions {
  after?: number;
  out?: string;
}

/** `waypost touches`: the log of every contact. */
export const touchesCommand: Verb = (terminal, exit) => {
  const verify = new Command('verify')
    .description('Compare every sealed touch with its seal. Ends with 1 when anything was changed, removed or cut off.')
    .option(...jsonOption)
    .action(async (options: AnswerOptions) => {
      const result = await verifyWatched(terminal);
      answer(terminal, options, result, () => linesOf(result));
      exit(result.sound ? exitCodes.done : exitCodes.failed);
    });
  const write = new Command('export')
    .description('Write sealed touches by their number, each as one CloudEvent on a line of its own.')
    .option('--after <seq>', 'only those after this number', readSeq)
    .option('--out <file>', 'into this file; an export that was broken off goes on where it ended')
    .action(async ({ after, out }: ExportOptions) => {
      if (out === undefined) await toOutput(terminal, after ?? 0);
      else terminal.note(await toFile(terminal, resolve(terminal.cwd, out), after));
      exit(exitCodes.done);
    });
  return new Command('touches')
    .description('The log of every contact: prove it, write it out.')
    .addCommand(verify)
    .addCommand(write);
};

async function verifyWatched(terminal: Terminal): Promise<Verification> {
  return withApplication(terminal, async ({ bridge }) => {
    const progress = progressBar(terminal, 'Comparing touches');
    try {
      return await bridge.sealedLog.verify({ onProgress: progress.step });
    } finally {
      progress.end();
    }
  });
}

async function toOutput(terminal: Terminal, after: number): Promise<void> {
  await withApplication(terminal, async (app) => {
    await exportWatched(terminal, app, after, (lines) => terminal.pour(lines.map((line) => `${line}\n`).join('')));
  });
}

/** @returns what to tell of it. */
async function toFile(terminal: Terminal, path: string, after: number | undefined): Promise<string> {
  return withApplication(terminal, async (app) => {
    const file = await openExportFile(path);
    try {
      const from = await startOf(app, file, path, after);
      const { events, seq } = await exportWatched(terminal, app, from, (lines) => file.append(lines));
      const to = events === 0 ? `it ends with ${seq} as before` : `up to ${seq}`;
      return `${events === 1 ? '1 event' : `${events} events`} written to ${path}, ${to}.`;
    } finally {
      await file.close();
    }
  });
}

/** A file that has events goes on after its last one, if that is an event of this very log. */
async function startOf({ bridge }: Application, { last }: ExportFile, path: string, after?: number): Promise<number> {
  if (!last) return after ?? 0;
  if (after !== undefined && after !== last.seq)
    throw new WrongUsage(`${path} ends with ${last.seq}: leave --after out to go on there, or name another file.`);
  const id = await bridge.sealedLog.idOf(last.seq);
  // Retention may have dropped it meanwhile; then only its number can be compared.
  const isOurs = id === last.id || (id === null && last.seq <= (await bridge.sealedLog.last()));
  if (!isOurs) throw new Failed(`${path} is the export of another log; name another file.`);
  return last.seq;
}

async function exportWatched(
  terminal: Terminal,
  app: Application,
  after: number,
  write: (lines: readonly string[]) => Promise<void>,
): Promise<{ events: number; seq: number }> {
  const total = Math.max((await app.bridge.sealedLog.last()) - after, 0);
  const progress = progressBar(terminal, 'Writing touches');
  const written = { events: 0, seq: after };
  try {
    for await (const { lines, seq } of exportTouches(app, after)) {
      await write(lines);
      written.events += lines.length;
      written.seq = seq;
      progress.step(Math.min(seq - after, total), total);
    }
    return written;
  } finally {
    progress.end();
  }
}

const number = (count: number): string => count.toLocaleString('en');

function linesOf(result: Verification): string[] {
  const { findings, findingCount, touches, segments, dropped, seq, head, headFile, unsealed } = result;
  const more = findingCount - findings.length;
  return [
    ...findings.map(({ segment, seq: at, what }) => `${placeOf(segment, at)}${what}`),
    ...(more > 0 ? [`And ${number(more)} more.`] : []),
    ...dropped.map(
      ({ segments: [first, last], seq: [from, to], touches: gone }) =>
        `Dropped by retention: ${first === last ? `segment ${first}` : `segments ${first} to ${last}`}, seq ${from} to ${to}, ${number(gone)} touches.`,
    ),
    ...(unsealed > 0 ? [`Not sealed yet: ${number(unsealed)}.`] : []),
    ...(headFile === 'none'
      ? ['This data folder has no note of how far the log was sealed; the database’s own was compared.']
      : []),
    ...(head === '' ? [] : [`The last seal: ${head}`]),
    `${number(touches)} touches in ${number(segments)} segments, up to seq ${seq}: ${result.sound ? 'sound' : `${number(findingCount)} wrong`}.`,
  ];
}

function placeOf(segment: number | null, seq: number | null): string {
  const words = [segment === null ? [] : `segment ${segment}`, seq === null ? [] : `seq ${seq}`].flat().join(', ');
  return words === '' ? '' : `${words.charAt(0).toUpperCase()}${words.slice(1)}: `;
}

function readSeq(value: string): number {
  if (!/^\d{1,15}$/.test(value)) throw new InvalidArgumentError('Expected a number of the log.');
  return Number(value);
}
