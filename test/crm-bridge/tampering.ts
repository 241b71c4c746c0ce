import { sql, type Insertable, type Selectable } from 'kysely';
import type { Fault } from '../../src/crm-bridge/touches/findings.ts';
import type { TouchSealTable } from '../../src/crm-bridge/touches/sealTables.ts';
import type { TouchTable } from '../../src/crm-bridge/tables.ts';
import type { Database, Tables } from '../../src/platform/database/index.ts';

/** What an intruder did, what verifying must say of it, and how it is undone. */
export interface Tampering {
  what: string;
  /** One of these must be found there. */
  expected: { faults: readonly Fault[]; segment?: number; seq?: number }[];
  undo(): Promise<void>;
}

interface Dice {
  /** 0 up to and without `count`. */
  below(count: number): number;
}
type Touch = Selectable<TouchTable>;
type Seal = Selectable<TouchSealTable>;

/** All rights on the database: the triggers that refuse changes are gone. */
export async function dropTriggers({ db, dialect }: Database): Promise<void> {
  for (const [table, triggers] of [
    ['touch', ['touch_unchanged', 'touch_kept']],
    ['touch_seal', ['touch_seal_unchanged', 'touch_seal_kept']],
  ] as const)
    for (const trigger of triggers)
      await sql.raw(`drop trigger ${trigger}${dialect === 'sqlite' ? '' : ` on ${table}`}`).execute(db);
}

/** Does one thing to the sealed log, at a place and of a kind that the dice choose. */
export function createIntruder(
  { db, dialect }: Database,
  touches: readonly Touch[],
  seals: readonly Seal[],
  roll: () => number,
) {
  const dice: Dice = { below: (count) => Math.floor(roll() * count) };
  const any = <T>(list: readonly T[]): T => list[dice.below(list.length)] as T;
  const segmentOf = (seq: number): number =>
    seals.find(({ firstSeq, lastSeq }) => firstSeq <= seq && seq <= lastSeq)?.number ?? 0;
  const seqOf = (touch: Touch): number => touch.seq ?? 0;

  async function putBack<T extends 'touch' | 'touchSeal'>(table: T, rows: readonly Selectable<Tables[T]>[]) {
    for (let at = 0; at < rows.length; at += 100)
      await db
        .insertInto(table)
        .values(rows.slice(at, at + 100) as unknown as Insertable<Tables[T]>[])
        .execute();
  }
  const setTouch = async (id: string, values: Partial<Touch>): Promise<void> => {
    await db.updateTable('touch').set(values).where('id', '=', id).execute();
  };

  /** One bit of one column, of any. */
  async function changeByte(): Promise<Tampering> {
    const touch = any(touches);
    const column = any(Object.keys(touch) as (keyof Touch)[]);
    const value = touch[column];
    const at = { segment: segmentOf(seqOf(touch)), seq: seqOf(touch) };
    const changed =
      column === 'seq'
        ? -seqOf(touch) - 1 - dice.below(1_000)
        : typeof value === 'number' || value === null
          ? 'x'
          : typeof value === 'string'
            ? flipText(value, dice)
            : flipped(value, dice);
    if (constrained.has(column)) return changeConstrained(touch, column, at);
    await db
      .updateTable('touch')
      .set({ [column]: changed })
      .where('id', '=', touch.id)
      .execute();
    const id = column === 'id' ? String(changed) : touch.id;
    return {
      what: `${column} of ${at.seq} from ${String(value)} to ${String(changed)}`,
      expected: [{ faults: column === 'seq' ? ['row_missing'] : ['row_changed'], ...at }],
      undo: () => setTouch(id, { [column]: value }),
    };
  }

  /** Columns that the database lets hold a few words only. */
  async function changeConstrained(touch: Touch, column: keyof Touch, at: { segment: number; seq: number }) {
    const words: readonly string[] =
      column === 'direction'
        ? ['inbound', 'outbound', 'internal']
        : ['channel', 'transaction', 'outbound', 'second_hand', 'research'];
    const changed = any(words.filter((word) => word !== touch[column]));
    await setTouch(touch.id, { [column]: changed });
    return {
      what: `${column} of ${at.seq} to ${changed}`,
      expected: [{ faults: ['row_changed'] as const, ...at }],
      undo: () => setTouch(touch.id, { [column]: touch[column] }),
    };
  }

  async function removeRow(): Promise<Tampering> {
    const touch = any(touches);
    await db.deleteFrom('touch').where('id', '=', touch.id).execute();
    return {
      what: `row ${seqOf(touch)} removed`,
      expected: [{ faults: ['row_missing'], segment: segmentOf(seqOf(touch)), seq: seqOf(touch) }],
      undo: () => putBack('touch', [touch]),
    };
  }

  async function unseal(): Promise<Tampering> {
    const touch = any(touches);
    await setTouch(touch.id, { seq: null });
    return {
      what: `row ${seqOf(touch)} unsealed`,
      expected: [{ faults: ['row_missing'], segment: segmentOf(seqOf(touch)), seq: seqOf(touch) }],
      undo: () => setTouch(touch.id, { seq: touch.seq }),
    };
  }

  async function swapRows(): Promise<Tampering> {
    const [one, other] = [any(touches), any(touches)];
    if (one === other) return swapRows();
    const swap = async (first: number | null, second: number | null): Promise<void> => {
      await setTouch(one.id, { seq: -1 });
      await setTouch(other.id, { seq: first });
      await setTouch(one.id, { seq: second });
    };
    await swap(one.seq, other.seq);
    return {
      what: `rows ${seqOf(one)} and ${seqOf(other)} swapped`,
      expected: [one, other].map((touch) => ({
        ...{ faults: ['row_changed'] as const, segment: segmentOf(seqOf(touch)), seq: seqOf(touch) },
      })),
      undo: () => swap(other.seq, one.seq),
    };
  }

  async function swapBodies(): Promise<Tampering> {
    const [one, other] = [any(touches), any(touches)];
    if (one === other) return swapBodies();
    await setTouch(one.id, { body: other.body });
    await setTouch(other.id, { body: one.body });
    return {
      what: `bodies of ${seqOf(one)} and ${seqOf(other)} swapped`,
      expected: [one, other].map((touch) => ({
        ...{ faults: ['row_changed'] as const, segment: segmentOf(seqOf(touch)), seq: seqOf(touch) },
      })),
      undo: async () => {
        await setTouch(one.id, { body: one.body });
        await setTouch(other.id, { body: other.body });
      },
    };
  }

  /** Rows and seals of the last segments, together. */
  async function cutTail(): Promise<Tampering> {
    const from = any(seals);
    await db.deleteFrom('touch').where('seq', '>=', from.firstSeq).execute();
    await db.deleteFrom('touchSeal').where('number', '>=', from.number).execute();
    return {
      what: `cut off from segment ${from.number}`,
      expected: [{ faults: ['tail_cut'], segment: from.number, seq: from.firstSeq }],
      undo: async () => {
        await putBack(
          'touchSeal',
          seals.filter(({ number }) => number >= from.number),
        );
        await putBack(
          'touch',
          touches.filter((touch) => seqOf(touch) >= from.firstSeq),
        );
      },
    };
  }

  async function changeSeal(): Promise<Tampering> {
    const seal = any(seals);
    const column = any(Object.keys(seal).filter((name) => !name.startsWith('dropped')) as (keyof Seal)[]);
    const value = seal[column];
    const changed =
      typeof value === 'number'
        ? column === 'number' || column === 'firstSeq'
          ? 1_000_000 + dice.below(1_000)
          : value + 1 + dice.below(9)
        : typeof value === 'string'
          ? flipText(value, dice) || 'x'
          : flipped(value ?? new Uint8Array(8), dice);
    await db
      .updateTable('touchSeal')
      .set({ [column]: changed })
      .where('number', '=', seal.number)
      .execute();
    const number = column === 'number' ? Number(changed) : seal.number;
    const isMoved = column === 'number';
    return {
      what: `${column} of seal ${seal.number} from ${String(value)} to ${String(changed)}`,
      expected: [
        {
          faults: isMoved
            ? ['seal_missing', 'tail_cut']
            : column === 'leaves'
              ? ['seal_changed', 'row_changed']
              : ['seal_changed'],
          segment: seal.number,
        },
      ],
      undo: async () => {
        await db
          .updateTable('touchSeal')
          .set({ [column]: value })
          .where('number', '=', number)
          .execute();
      },
    };
  }

  async function removeSeal(): Promise<Tampering> {
    const seal = any(seals);
    await db.deleteFrom('touchSeal').where('number', '=', seal.number).execute();
    return {
      what: `seal ${seal.number} removed`,
      expected: [{ faults: ['seal_missing', 'tail_cut'], segment: seal.number }],
      undo: () => putBack('touchSeal', [seal]),
    };
  }

  /** A whole segment, made to look as if retention had taken it. */
  async function feignDrop(): Promise<Tampering> {
    const seal = any(seals);
    const inIt = touches.filter((touch) => segmentOf(seqOf(touch)) === seal.number);
    const mark = { droppedAt: seal.sealedAt, droppedMac: seal.mac, leaves: new Uint8Array() };
    await db.updateTable('touchSeal').set(mark).where('number', '=', seal.number).execute();
    await db.deleteFrom('touch').where('seq', '>=', seal.firstSeq).where('seq', '<=', seal.lastSeq).execute();
    return {
      what: `segment ${seal.number} feigned to be dropped`,
      expected: [{ faults: ['drop_forged'], segment: seal.number }],
      undo: async () => {
        const { droppedAt, droppedMac, leaves } = seal;
        await db
          .updateTable('touchSeal')
          .set({ droppedAt, droppedMac, leaves })
          .where('number', '=', seal.number)
          .execute();
        await putBack('touch', inIt);
      },
    };
  }

  /** SQLite keeps bytes in a text that no reader sees: behind a NUL, or such as are no UTF-8. */
  async function hideBytes(): Promise<Tampering> {
    if (dialect === 'postgres') return removeRow();
    const touch = any(touches);
    const seq = seqOf(touch);
    const hidden = dice.below(2) === 0 ? '00616263' : '80';
    await sql`update touch set actor = cast(cast(actor as blob) || ${sql.raw(`x'${hidden}'`)} as text)
      where id = ${touch.id}`.execute(db);
    return {
      what: `bytes hidden in ${seq}`,
      expected: [{ faults: ['row_changed'], segment: segmentOf(seq), seq }],
      undo: () => setTouch(touch.id, { actor: touch.actor }),
    };
  }

  const deeds = [
    ...[changeByte, changeByte, changeByte, removeRow, removeRow, swapRows, swapRows, swapBodies, cutTail, cutTail],
    ...[changeSeal, changeSeal, removeSeal, feignDrop, unseal, hideBytes],
  ];
  return (): Promise<Tampering> => any(deeds)();
}

const constrained = new Set<string>(['direction', 'sourceKind']);

function flipped(bytes: Uint8Array, dice: Dice): Uint8Array {
  const changed = Uint8Array.from(bytes);
  const at = dice.below(changed.length);
  changed[at] = (changed[at] ?? 0) ^ (1 << dice.below(8));
  return changed;
}

/** One sign of the text becomes another one that any database takes. */
function flipText(text: string, dice: Dice): string {
  if (text === '') return 'x';
  const at = dice.below(text.length);
  const sign = text[at] === 'q' ? 'p' : dice.below(2) ? 'q' : text[at] === 'z' ? 'y' : 'z';
  return text.slice(0, at) + sign + text.slice(at + 1);
}
