/** What is wrong with the log. */
export type Fault =
  | 'row_changed'
  | 'row_missing'
  /** A sealed touch where none may be. */
  | 'row_foreign'
  | 'seal_changed'
  | 'seal_missing'
  /** Sealed touches and their seals are gone from the end. */
  | 'tail_cut'
  /** The row that says how far the log is sealed. */
  | 'head_changed'
  /** Rows are gone, and the mark that says retention took them is not retention's. */
  | 'drop_forged'
  /** What retention counted is not what it dropped. */
  | 'counts_changed'
  /** A value that cannot even be read. */
  | 'unreadable';

export interface Finding {
  fault: Fault;
  /** Number of the seal; null where it belongs to none. */
  segment: number | null;
  /** Of the touch; null where it cannot be told. */
  seq: number | null;
  /** One sentence for people. */
  what: string;
}

/** What is wrong, up to a bound: a log that was replaced as a whole would have millions. */
export interface FindingList {
  readonly list: Finding[];
  /** All of them, those beyond the bound included. */
  count(): number;
  add(fault: Fault, segment: number | null, seq: number | null, what: string): void;
}

const MOST = 1_000;

export function createFindings(): FindingList {
  const list: Finding[] = [];
  let count = 0;
  return {
    list,
    count: () => count,
    add(fault, segment, seq, what) {
      count += 1;
      if (list.length < MOST) list.push({ fault, segment, seq, what });
    },
  };
}
