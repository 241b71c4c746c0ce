const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** HTML that is safe to send. Only {@link markup} makes it, so nothing else can get into a mail unescaped. */
export class Markup {
  readonly #source: string;

  private constructor(source: string) {
    this.#source = source;
  }

  static made(strings: TemplateStringsArray, values: readonly Piece[]): Markup {
    return new Markup(strings.map((text, n) => text + written(values[n])).join(''));
  }

  toString(): string {
    return this.#source;
  }
}

type Piece = string | Markup | readonly Markup[];

/** A piece of HTML: the template is ours, every string put into it is text. */
export function markup(strings: TemplateStringsArray, ...values: readonly Piece[]): Markup {
  return Markup.made(strings, values);
}

function written(value: Piece | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value.replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
  return value instanceof Markup ? value.toString() : value.map(String).join('');
}
