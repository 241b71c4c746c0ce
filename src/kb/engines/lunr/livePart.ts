import { FIELDS } from './fields.ts';
import type { Part } from './part.ts';

/** A part in use: documents that have changed since, or are deleted, stay in it and no longer count. */
export class LivePart {
  readonly part: Part;
  /** 1 for each document that no longer counts. */
  readonly gone: Uint8Array;
  /** Documents that count. */
  live: number;
  /** Their words, field by field. */
  readonly words: Float64Array;

  constructor(part: Part, gone: Uint8Array = new Uint8Array(part.ids.length)) {
    this.part = part;
    this.gone = gone;
    this.live = 0;
    this.words = new Float64Array(FIELDS);
    for (let document = 0; document < gone.length; document++) if (gone[document] === 0) this.#count(document, 1);
  }

  forget(document: number): void {
    if (this.gone[document] !== 0) return;
    this.gone[document] = 1;
    this.#count(document, -1);
  }

  #count(document: number, by: 1 | -1): void {
    this.live += by;
    for (let field = 0; field < FIELDS; field++) {
      this.words[field] = (this.words[field] as number) + by * (this.part.lengths[document * FIELDS + field] as number);
    }
  }
}
