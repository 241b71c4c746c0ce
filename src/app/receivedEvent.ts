import { z } from 'zod';
import type { NewTouch } from '../crm-bridge/index.ts';
import { inquiryId, oneLine, optional, readInput } from '../platform/fields/index.ts';
import { Refusal } from '../platform/refusal.ts';

/** Clocks differ: so much later than ours is still now, in milliseconds. */
const CLOCKS_DIFFER_MS = 5 * 60_000;
/** Characters of `data` as JSON. */
const MOST_DATA = 16_000;

const channels = ['web', 'mail', 'phone', 'sms', 'chat', 'shop', 'post', 'fax', 'partner', 'api'] as const;
const directions = ['inbound', 'outbound', 'internal'] as const;
const sourceKinds = ['channel', 'transaction', 'outbound', 'second_hand', 'research'] as const;

const choice = <const T extends readonly string[]>(values: T, otherwise: T[number]) =>
  optional(z.enum(values, { error: 'errors.choice' })).transform((value) => value ?? otherwise);

/**
 * A CloudEvent 1.0 in JSON. Attributes that nobody here knows are left out. What stands outside of `data` is stored in
 * the clear and stays when a person is erased, so it says what happened and never to whom.
 */
const cloudEvent = z.object({
  specversion: z.literal('1.0', { error: 'errors.choice' }),
  id: oneLine(200),
  source: z
    .string({ error: 'errors.required' })
    .regex(/^[\x21-\x7e]{1,300}$/, { error: 'errors.invalid' })
    .refine((source) => source !== 'portal' && URL.canParse(source, 'https://source.invalid'), {
      error: 'errors.invalid',
    }),
  type: z
    .string({ error: 'errors.required' })
    .regex(/^(?=.{3,120}$)[A-Za-z][\w-]*(?:\.[\w-]+)+$/, { error: 'errors.invalid' }),
  time: optional(
    z.iso.datetime({ offset: true, error: 'errors.moment' }).refine((time) => Date.parse(time) >= 0, {
      error: 'errors.moment',
    }),
  ),
  subject: optional(oneLine(254)),
  channel: choice(channels, 'api'),
  direction: choice(directions, 'inbound'),
  sourcekind: choice(sourceKinds, 'channel'),
  actor: optional(z.string().regex(/^(?:customer|system|staff:[0-9a-f-]{36})$/, { error: 'errors.invalid' })),
  inquiry: optional(inquiryId()),
  campaign: optional(plainWord()),
  place: optional(plainWord()),
  data: z.unknown().optional(),
  data_base64: z.undefined({ error: 'errors.unreadable' }).optional(),
});

/** An event that can be taken, apart from whose it is. */
export interface ReceivedEvent {
  source: string;
  eventId: string;
  /** An e-mail address or a person's id; null for a stranger's. */
  subject: string | null;
  touch: Omit<NewTouch, 'id' | 'source' | 'personId'>;
}

/**
 * Reads one CloudEvent.
 * @param about.now milliseconds since 1970; `about.actor` who acted when the event does not say so.
 * @throws Refusal `invalid` with a fault an attribute.
 */
export function readEvent(input: unknown, { now, actor }: { now: number; actor: string }): ReceivedEvent {
  const event = readInput(cloudEvent, input);
  const occurredAt = event.time === undefined ? now : Date.parse(event.time);
  if (occurredAt > now + CLOCKS_DIFFER_MS) throw fault('time', 'errors.future');
  if (JSON.stringify(event.data ?? null).length > MOST_DATA) throw fault('data', 'errors.tooLong', { max: MOST_DATA });
  const { type, channel, direction, inquiry = null, campaign = null, place = null } = event;
  return {
    ...{ source: event.source, eventId: event.id, subject: event.subject ?? null },
    touch: {
      ...{ type, channel, direction, sourceKind: event.sourcekind, actor: event.actor ?? actor },
      ...{ inquiry, campaign, place, occurredAt: Math.min(occurredAt, now), body: bodyOf(event.data) },
    },
  };
}

function bodyOf(data: unknown): Record<string, unknown> {
  if (data === undefined || data === null) return {};
  return typeof data === 'object' && !Array.isArray(data) ? (data as Record<string, unknown>) : { value: data };
}

function plainWord() {
  return oneLine(80).refine((text) => !text.includes('\ufffd'), { error: 'errors.unreadable' });
}

function fault(field: string, key: string, params?: Record<string, number>): Refusal {
  return new Refusal('invalid', { fields: [{ field, key, ...(params && { params }) }] });
}
