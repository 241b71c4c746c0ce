import { IntlMessageFormat } from 'intl-messageformat';

type Elements = ReturnType<IntlMessageFormat['getAst']>;

/** What may stand for a placeholder. */
export type Params = Readonly<Record<string, string | number>>;

/** A stretch of a message: plain text, or the words between `<name>` and `</name>`. */
export type Piece = string | { readonly tag: string; readonly text: string };

/** What a placeholder is used as: printed as it is, or counted. `tag` encloses words. */
export type PlaceholderKind = 'text' | 'count' | 'choice' | 'tag';

/** One parsed ICU message of one locale. Formatting it never throws: a missing or odd value becomes '' or 0. */
export interface Message {
  readonly placeholders: ReadonlyMap<string, PlaceholderKind>;
  format(params?: Params): string;
  pieces(params?: Params): readonly Piece[];
}

/** The parser's element types; its own enum is not reachable without importing a package that we do not declare. */
const element = { argument: 1, number: 2, select: 5, plural: 6, tag: 8 } as const;

/**
 * Parses an ICU message.
 *
 * @throws SyntaxError when the catalogue's text is no ICU message; the tests read every one.
 */
export function parseMessage(text: string, tag: string): Message {
  const formatter = new IntlMessageFormat(text, tag);
  const placeholders = placeholdersOf(formatter.getAst());
  const pieces = (params: Params = {}): readonly Piece[] => {
    const values = safeValues(placeholders, params);
    return formatter.formatToParts<Piece>(values).flatMap((part) => {
      const value: unknown = part.value;
      return Array.isArray(value) ? (value as Piece[]) : [value as Piece];
    });
  };
  return {
    placeholders,
    pieces,
    format: (params) =>
      pieces(params)
        .map((piece) => (typeof piece === 'string' ? piece : piece.text))
        .join(''),
  };
}

function placeholdersOf(elements: Elements, found = new Map<string, PlaceholderKind>()) {
  for (const part of elements) {
    const type: number = part.type;
    if (type === element.argument) found.set(nameOf(part), found.get(nameOf(part)) ?? 'text');
    if (type === element.number || type === element.plural) found.set(nameOf(part), 'count');
    if (type === element.select) found.set(nameOf(part), 'choice');
    if (type === element.tag) found.set(nameOf(part), 'tag');
    if ('options' in part) for (const option of Object.values(part.options)) placeholdersOf(option.value, found);
    if ('children' in part) placeholdersOf(part.children, found);
  }
  return found;
}

function nameOf(part: Elements[number]): string {
  return 'value' in part ? part.value : '';
}

type TagFormat = (chunks: (string | Piece)[]) => Piece;

/** Values that the formatter cannot choke on, whatever the caller handed in. */
function safeValues(placeholders: ReadonlyMap<string, PlaceholderKind>, params: Params) {
  const values: Record<string, string | number | TagFormat> = {};
  for (const [name, kind] of placeholders) {
    const given: unknown = Object.hasOwn(params, name) ? params[name] : undefined;
    if (kind === 'tag') values[name] = (chunks) => ({ tag: name, text: chunks.map(textOf).join('') });
    else if (kind === 'count') values[name] = finite(given);
    else values[name] = typeof given === 'string' || typeof given === 'number' ? String(given) : '';
  }
  return values;
}

function textOf(chunk: Piece): string {
  return typeof chunk === 'string' ? chunk : chunk.text;
}

function finite(value: unknown): number {
  const number = typeof value === 'string' || typeof value === 'number' ? Number(value) : 0;
  return Number.isFinite(number) ? number : 0;
}
