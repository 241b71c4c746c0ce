import type { Translator } from '../platform/i18n/index.ts';
import type { Form } from '../platform/http/index.ts';
import type { FieldFault, Refusal, RefusalCode } from '../platform/refusal.ts';

/** The refusals after which a form comes back as it was sent, since the next try may pass. */
const statuses = { invalid: 422, limited: 429, busy: 503, conflict: 409 } as const satisfies Partial<
  Record<RefusalCode, number>
>;

/** Why a form was not taken. */
export interface Refused {
  code: keyof typeof statuses;
  status: number;
  /** What is wrong with which field, or what it stands against. */
  fields: readonly FieldFault[];
  /** Until another try makes sense. */
  seconds: number;
}

/** What became of a submitted form. */
export type Outcome<Done> = { done: Done; refused: null } | { done: null; refused: Refused };

/**
 * Does what a form asks for. A refusal that its sender can do something about comes back as a value; any other error is
 * thrown on, to the page that explains it.
 */
export async function attempt<Done>(work: () => Promise<Done>): Promise<Outcome<Done>> {
  try {
    return { done: await work(), refused: null };
  } catch (error) {
    if (!isReturned(error)) throw error;
    const { code, fields, retryAfterSeconds = 5 } = error;
    // The key of a form that was sent before is no field of it.
    const typed = fields.filter(({ field }) => field !== 'Idempotency-Key');
    return {
      done: null,
      refused: { code, status: statuses[code], fields: typed, seconds: Math.ceil(retryAfterSeconds) },
    };
  }
}

/** Gives a page the status of a refusal, and says when another try may pass. Without a refusal nothing changes. */
export function answerRefused(response: ResponseInit & { readonly headers: Headers }, refused: Refused | null): void {
  if (!refused) return;
  response.status = refused.status;
  if (refused.code === 'limited' || refused.code === 'busy')
    response.headers.set('retry-after', String(refused.seconds));
}

/** What was wrong beside the fields, in words: too often, too busy, sent before. A conflict may name its field. */
export function troubleOf(tr: Translator, refused: Refused | null): string | undefined {
  if (!refused || refused.code === 'invalid' || (refused.code === 'conflict' && refused.fields.length > 0)) {
    return undefined;
  }
  const { seconds } = refused;
  if (refused.code === 'limited') return tr.t('errors.429.text', { seconds });
  return refused.code === 'busy' ? tr.t('errors.503.text', { seconds }) : tr.t('ask.sent.again');
}

/** A field of a form as it was sent; empty when it was not. */
export function fieldOf(form: Form | null, name: string): string {
  return form?.fields[name]?.[0] ?? '';
}

/** The key under which a form is done once: the one it came with, or a fresh one where that cannot be a key. */
export function keyOf(form: Form | null, fresh: () => string): string {
  const sent = fieldOf(form, 'key');
  return /^[\w-]{16,200}$/.test(sent) ? sent : fresh();
}

/**
 * Sends the browser on with a GET, after a form was done.
 * @param cookies `Set-Cookie` values.
 */
export function seeOther(path: string, cookies: readonly string[] = []): Response {
  const headers = new Headers({ location: path });
  for (const cookie of cookies) headers.append('set-cookie', cookie);
  return new Response(null, { status: 303, headers });
}

/** By shape: the class may be another bundle's. */
function isReturned(error: unknown): error is Refusal & { code: Refused['code'] } {
  return error instanceof Error && error.name === 'Refusal' && 'code' in error && String(error.code) in statuses;
}

/** Whether an error says that there is nothing at the address, or nothing for this viewer. */
export function isNotFound(error: unknown): boolean {
  return error instanceof Error && error.name === 'Refusal' && 'code' in error && error.code === 'not_found';
}
