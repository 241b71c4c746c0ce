import { pino, stdTimeFunctions } from 'pino';
import { prettyLine } from './pretty.ts';
import { redactText, redactValue } from './redact.ts';

export { redactText } from './redact.ts';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

/** What is known beside the message. An error goes under `err`: its type, message and stack are written. */
export type LogFields = Record<string, unknown>;

interface LogMethod {
  (message: string): void;
  (fields: LogFields, message: string): void;
}

/** Where every room writes what happened. Secrets and personal data are taken out on the way, wherever they stand. */
export interface Log {
  trace: LogMethod;
  debug: LogMethod;
  info: LogMethod;
  warn: LogMethod;
  error: LogMethod;
  fatal: LogMethod;
  /** A log whose every line carries these fields, too. */
  child(fields: LogFields): Log;
}

/** Takes finished lines, each with its line break. */
export interface LogDestination {
  write(line: string): void;
}

export interface LogOptions {
  level: LogLevel;
  /** Where lines go; standard output if left out. */
  destination?: LogDestination;
  /** Lines for a person instead of JSON. Left out: JSON unless standard output is a terminal. */
  pretty?: boolean;
}

/**
 * A log of JSON lines (`level`, `time` in ISO 8601 UTC, the fields, `msg`).
 *
 * Redaction works on the finished line, not on chosen paths: child fields, nested objects, error messages and stacks
 * all pass the same door, so a caller cannot forget it.
 */
export function createLog(options: LogOptions): Log {
  const pretty = options.pretty ?? (options.destination === undefined && process.stdout.isTTY === true);
  // Synchronous, so that the line that says why the process ends is written before it ends.
  const destination = options.destination ?? pino.destination({ dest: 1, sync: true });
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: (line) => finishLine(line, pretty) },
    },
    destination,
  );
}

function finishLine(line: string, pretty: boolean): string {
  let entry: Record<string, unknown>;
  try {
    entry = redactValue(JSON.parse(line)) as Record<string, unknown>;
  } catch {
    return `${redactText(line.trimEnd())}\n`;
  }
  return `${pretty ? prettyLine(entry) : JSON.stringify(entry)}\n`;
}
