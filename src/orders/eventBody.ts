import { z } from 'zod';
import { faultsOf, oneLine, paragraphs } from '../platform/fields/index.ts';
import { Refusal } from '../platform/refusal.ts';
import { fieldName, orNull, pastInstant, stateOf } from './bodyFields.ts';
import { shipmentStates } from './states.ts';

/** What happened to a parcel. */
export const eventFields = (now: () => number) => ({
  at: pastInstant(now),
  state: stateOf(shipmentStates),
  place: orNull(oneLine(200)),
  note: orNull(paragraphs(1_000)),
});

/** Reads events as partners post them. @param now milliseconds since 1970. */
export function createEventReader(now: () => number) {
  const schema = z.object({ id: oneLine(200), ...eventFields(now) }, { error: 'errors.unreadable' });

  /** @throws Refusal `invalid`, with every field that cannot be taken. */
  return function readEvent(input: unknown): z.output<typeof schema> {
    const result = schema.safeParse(input);
    if (result.success) return result.data;
    throw new Refusal('invalid', { fields: faultsOf(result.error, fieldName) });
  };
}
