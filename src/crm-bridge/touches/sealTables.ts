/** A segment of the log: touches that were sealed together. Kept for ever, also when retention drops its touches. */
export interface TouchSealTable {
  /** 1, 2, 3 … without a gap. */
  number: number;
  firstSeq: number;
  lastSeq: number;
  count: number;
  /** For how many months its kinds were kept when it was sealed; only touches of one such time share a segment. */
  keepMonths: number;
  /** The types in it, as a sorted JSON list. */
  types: string;
  /** The latest `occurredAt` in it. */
  lastAt: string;
  sealedAt: string;
  /** `hash` of the segment before; empty for the first. */
  previous: string;
  /** SHA-256 over the SHA-256 of each row. */
  rowsDigest: string;
  /** SHA-256 over everything above. */
  hash: string;
  /** Made of `hash` with a key that is not in the database. */
  mac: string;
  /** The first 8 bytes of each row's hash: they say which row is wrong. Empty once the rows are dropped. */
  leaves: Uint8Array;
  /** When retention dropped the rows, and the proof that it was retention. */
  droppedAt: string | null;
  droppedMac: string | null;
}

/** One row: who seals, and how far the log is sealed. */
export interface TouchSealerTable {
  id: number;
  holder: string | null;
  /** Rises whenever somebody else begins to seal; whoever holds an older one has lost the place. */
  fence: number;
  /** Until when others leave the sealing to the holder. */
  until: string;
  headNumber: number;
  headSeq: number;
  headHash: string;
  headMac: string;
}

/** How many touches of a month retention has dropped, by what they were. */
export interface TouchCountTable {
  /** `2026-11`. */
  month: string;
  type: string;
  channel: string;
  count: number;
}

/** Which event of another system became which touch. */
export interface TouchEventTable {
  /** Keyed hash of the event's source and id: neither can be read from it. */
  hash: string;
  touchId: string;
}

declare module '../../platform/database/index.ts' {
  interface Tables {
    touchSeal: TouchSealTable;
    touchSealer: TouchSealerTable;
    touchCount: TouchCountTable;
    touchEvent: TouchEventTable;
  }
}
