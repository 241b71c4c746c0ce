import { createHmac, hash } from 'node:crypto';
import type { Selectable } from 'kysely';
import { sameText } from '../../platform/secrets/index.ts';
import { LEAF_BYTES } from './rowHash.ts';
import type { TouchSealerTable, TouchSealTable } from './sealTables.ts';

export type Seal = Selectable<TouchSealTable>;

/** How far the log is sealed. */
export interface Head {
  /** Of the last segment; 0 while nothing is sealed. */
  number: number;
  seq: number;
  hash: string;
}

export const nothingSealed: Head = { number: 0, seq: 0, hash: '' };

/** Everything a seal says of its segment, without its proofs. */
export type SealBody = Omit<Seal, 'hash' | 'mac' | 'leaves' | 'droppedAt' | 'droppedMac'>;

/** The chained hash of a seal: anybody can compute it. */
export function sealHash(seal: SealBody): string {
  const { number, firstSeq, lastSeq, count, keepMonths, types, lastAt, sealedAt, previous, rowsDigest } = seal;
  const said = [number, firstSeq, lastSeq, count, keepMonths, types, lastAt, sealedAt, previous, rowsDigest];
  return hash('sha256', JSON.stringify(['waypost/seal/1', ...said]));
}

/** Digest of a segment's rows, and the short marks that tell which of them is wrong. */
export function digestRows(hashes: readonly Buffer[]): { rowsDigest: string; leaves: Buffer } {
  return {
    rowsDigest: hash('sha256', Buffer.concat(hashes)),
    leaves: Buffer.concat(hashes.map((one) => one.subarray(0, LEAF_BYTES))),
  };
}

/** Proofs that only a holder of the installation's secret can make: whoever has the database alone has not the key. */
export interface Proofs {
  ofSeal(seal: Pick<Seal, 'hash'>): string;
  ofHead(head: Head): string;
  /** That it was retention which dropped the rows. */
  ofDrop(seal: Pick<Seal, 'number' | 'hash'>, at: string): string;
  /** That a head in the data folder is ours. */
  ofFile(head: Head): string;
}

export function createProofs(key: Uint8Array): Proofs {
  const mac = (...said: (string | number)[]): string =>
    createHmac('sha256', key).update(JSON.stringify(said)).digest('hex');
  return {
    ofSeal: ({ hash: sealed }) => mac('seal', sealed),
    ofHead: ({ number, seq, hash: sealed }) => mac('head', number, seq, sealed),
    ofDrop: ({ number, hash: sealed }, at) => mac('drop', number, sealed, at),
    ofFile: ({ number, seq, hash: sealed }) => mac('file', number, seq, sealed),
  };
}

/** Whether a seal is as it was made, by its own columns. */
export function isAuthentic(seal: Seal, proofs: Proofs): boolean {
  return seal.hash === sealHash(seal) && sameText(seal.mac, proofs.ofSeal(seal));
}

/** Whether retention dropped the rows; `forged` when somebody else says so. */
export function dropOf(seal: Seal, proofs: Proofs): 'kept' | 'dropped' | 'forged' {
  if (seal.droppedAt === null && seal.droppedMac === null) return 'kept';
  if (seal.droppedAt === null || seal.droppedMac === null) return 'forged';
  return sameText(seal.droppedMac, proofs.ofDrop(seal, seal.droppedAt)) && seal.leaves.length === 0
    ? 'dropped'
    : 'forged';
}

/** The head as the database says it; null when its proof is wrong. */
export function provenHead(row: Selectable<TouchSealerTable>, proofs: Proofs): Head | null {
  const head = { number: row.headNumber, seq: row.headSeq, hash: row.headHash };
  if (head.number === 0 && row.headMac === '') return head.seq === 0 && head.hash === '' ? head : null;
  return sameText(row.headMac, proofs.ofHead(head)) ? head : null;
}
