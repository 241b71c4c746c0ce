import { isbot } from 'isbot';
import { actorOf, isStaff, type ActingChange, type Viewer } from '../accounts/index.ts';
import type { Bridge, NewTouch } from '../crm-bridge/index.ts';
import type { KbTouch, TouchPort } from '../kb/index.ts';

/** Connects the knowledge base to the touch log: reading and searching are the customer's own acts, on the web. */
export function kbTouches(bridge: () => Bridge): TouchPort {
  return {
    record: (viewer, touch) => bridge().touches.record(asTouch(viewer, touch)),
    recordIn: (tx, viewer, touch) => bridge().touches.recordIn(tx, asTouch(viewer, touch)),
  };
}

function asTouch(viewer: Viewer, { type, inquiry, body }: KbTouch): NewTouch {
  return {
    type,
    channel: viewer.kind === 'key' ? 'api' : 'web',
    direction: 'inbound',
    actor: actorOf(viewer),
    // What a colleague does is no customer's touch.
    personId: viewer.kind === 'person' && !isStaff(viewer) ? viewer.personId : null,
    inquiry: inquiry ?? null,
    body,
  };
}

/** A colleague began to act for a customer, or ended it: among the customer's touches, where they find it. */
export function actingTouch({ kind, staffId, personId, reason }: ActingChange): NewTouch {
  return {
    type: `account.acting_${kind}`,
    channel: 'web',
    direction: 'internal',
    actor: `staff:${staffId}`,
    personId,
    body: { reason },
  };
}

/**
 * Whether a request is a person's act. Robots, HEAD requests, prefetches and link previews are no touches, and neither
 * is what colleagues look at.
 */
export function isTouch(viewer: Viewer, request: { method: string; headers: Headers }): boolean {
  const { method, headers } = request;
  const purpose = headers.get('sec-purpose') ?? headers.get('purpose') ?? headers.get('x-moz') ?? '';
  if (method === 'HEAD' || /prefetch|prerender|preview/i.test(purpose)) return false;
  if (isStaff(viewer)) return false;
  return viewer.kind === 'key' || !isbot(headers.get('user-agent') ?? '');
}
