import { LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';

/** A fault of a YAML text: where and what. */
export interface YamlFault {
  line: number;
  message: string;
}

export type YamlReading<T> =
  | { value: T; faults: [] }
  /** `content`: what stands there, where it is YAML at all. */
  | { value: null; faults: YamlFault[]; content?: unknown };

/**
 * Reads YAML against a schema. All faults are told at once, each with its line.
 *
 * @param firstLine the line of the file at which the text begins.
 */
export function readYaml<S extends z.ZodType>(text: string, schema: S, firstLine: number): YamlReading<z.output<S>> {
  const counter = new LineCounter();
  // Aliases multiply: a few lines may stand for gigabytes.
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false, strict: true });
  const lineAt = (offset: number) => counter.linePos(offset).line + firstLine - 1;
  if (document.errors.length > 0) {
    return {
      value: null,
      faults: document.errors.map(({ pos, message }) => ({
        line: lineAt(pos[0]),
        message: `${message}.`.replace('..', '.'),
      })),
    };
  }
  let content: unknown;
  try {
    content = document.toJS({ maxAliasCount: 20 });
  } catch (error) {
    return {
      value: null,
      faults: [{ line: firstLine, message: error instanceof Error ? error.message : String(error) }],
    };
  }
  const result = schema.safeParse(content ?? {});
  if (result.success) return { value: result.data, faults: [] };
  const faults = result.error.issues.flatMap((issue) => issueFaults(issue, document, lineAt, firstLine));
  return { value: null, faults: faults.toSorted((a, b) => a.line - b.line), content };
}

function issueFaults(
  issue: z.core.$ZodIssue,
  document: Document,
  lineAt: (offset: number) => number,
  firstLine: number,
): YamlFault[] {
  const name = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      line: lineOf([...issue.path, key], document, lineAt) ?? firstLine,
      message: `“${[...issue.path, key].join('.')}” is not known here.`,
    }));
  }
  const missing = issue.code === 'invalid_type' && document.getIn(issue.path as string[]) === undefined;
  const line = lineOf(issue.path, document, lineAt) ?? firstLine;
  return [{ line, message: missing ? `“${name}” is missing.` : `“${name}”: ${issue.message}` }];
}

/** The line of the nearest value on the way to a path. */
function lineOf(path: readonly PropertyKey[], document: Document, lineAt: (offset: number) => number): number | null {
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length) as string[], true);
    if (node && typeof node === 'object' && 'range' in node && Array.isArray(node.range))
      return lineAt(Number(node.range[0]));
  }
  return null;
}
