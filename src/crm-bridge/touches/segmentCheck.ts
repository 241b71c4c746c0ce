import type { Fault } from './findings.ts';
import { LEAF_BYTES, type StoredTouch } from './rowHash.ts';
import { digestRows, dropOf, type Proofs, type Seal } from './seal.ts';

export interface SegmentFault {
  fault: Fault;
  seq: number | null;
  what: string;
}

/**
 * Compares a segment's rows with its seal, which is known to be authentic.
 * @param rows those whose `seq` is the segment's.
 * @returns nothing when all is as it was sealed, or as retention left it.
 */
export function checkRows(
  seal: Seal,
  rows: readonly StoredTouch[],
  { proofs, hashOf }: { proofs: Proofs; hashOf: (row: StoredTouch) => Buffer },
): SegmentFault[] {
  const drop = dropOf(seal, proofs);
  if (drop === 'forged') {
    const what = 'The mark that says retention dropped these touches is not retention’s.';
    return [{ fault: 'drop_forged', seq: null, what }];
  }
  if (drop === 'dropped') {
    const what = 'A touch stands where retention has dropped all.';
    return rows.map(({ seq }) => ({ fault: 'row_foreign', seq, what }));
  }
  const bySeq = new Map(rows.map((row) => [row.seq, row]));
  const hashes: Buffer[] = [];
  const faults: SegmentFault[] = [];
  for (let seq = seal.firstSeq; seq <= seal.lastSeq; seq++) {
    const row = bySeq.get(seq);
    if (!row) {
      faults.push({ fault: 'row_missing', seq, what: 'A sealed touch is missing.' });
      continue;
    }
    const hashed = hashOf(row);
    hashes.push(hashed);
    if (!isLeaf(seal, seq, hashed)) faults.push({ fault: 'row_changed', seq, what: 'A sealed touch was changed.' });
  }
  const isWhole = hashes.length === seal.count && digestRows(hashes).rowsDigest === seal.rowsDigest;
  if (isWhole && faults.length === 0 && seal.leaves.length === seal.count * LEAF_BYTES) return [];
  if (isWhole) return [{ fault: 'seal_changed', seq: null, what: 'The marks of single touches were changed.' }];
  if (faults.length > 0) return faults;
  return [{ fault: 'row_changed', seq: null, what: 'A sealed touch of this segment was changed.' }];
}

function isLeaf(seal: Seal, seq: number, hashed: Buffer): boolean {
  const at = (seq - seal.firstSeq) * LEAF_BYTES;
  return hashed.subarray(0, LEAF_BYTES).equals(seal.leaves.subarray(at, at + LEAF_BYTES));
}
