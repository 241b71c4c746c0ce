import type { SealedTouch } from '../crm-bridge/index.ts';
import type { Application } from './application.ts';

/** Digits of `sequence`: texts of one length sort as their numbers do. */
const DIGITS = 16;

/** Sealed touches as lines, each one CloudEvent. */
export interface TouchLines {
  lines: string[];
  /** Of the last one. */
  seq: number;
}

/**
 * The touch log by `seq` as CloudEvents 1.0, one line of JSON each, with the bodies that can still be read.
 * @param after the last `seq` that is known already; 0 for everything.
 */
export async function* exportTouches({ bridge, settings }: Application, after: number): AsyncGenerator<TouchLines> {
  const own = `${settings.publicUrl.replace(/\/+$/, '')}/touches`;
  for await (const touches of bridge.sealedLog.after(after)) {
    const lines = touches.map((touch) => JSON.stringify(eventOf(touch, own)));
    yield { lines, seq: touches.at(-1)?.seq ?? after };
  }
}

/** What is absent in the log is absent in the event: the format has no empty attributes. */
function eventOf(touch: SealedTouch, own: string): Record<string, unknown> {
  const { id, seq, source, type, occurredAt, recordedAt, channel, direction, sourceKind, actor, body } = touch;
  const { subject, inquiry, campaign, place } = touch;
  const optional = Object.entries({ subject, inquiry, campaign, place }).filter(([, value]) => value !== null);
  return {
    ...{ specversion: '1.0', id, source: source === 'portal' ? own : source, type, time: occurredAt },
    ...{ sequence: String(seq).padStart(DIGITS, '0'), recordedtime: recordedAt },
    ...{ channel, direction, sourcekind: sourceKind, actor },
    ...Object.fromEntries(optional),
    ...(body === null ? { erased: true } : { datacontenttype: 'application/json', data: body }),
  };
}

/** The `seq` and id of an event that {@link exportTouches} made; null for any other text. */
export function exportedEvent(line: string): { seq: number; id: string } | null {
  let event: unknown;
  try {
    event = JSON.parse(line);
  } catch {
    return null;
  }
  if (typeof event !== 'object' || event === null || !('sequence' in event) || !('id' in event)) return null;
  const { sequence, id } = event;
  if (typeof sequence !== 'string' || !/^\d{16}$/.test(sequence) || typeof id !== 'string') return null;
  return { seq: Number(sequence), id };
}
