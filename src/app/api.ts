import { isUtf8 } from 'node:buffer';
import { authorize, type Viewer } from '../accounts/index.ts';
import { HttpFault, problemOf, type Problem } from '../platform/http/index.ts';
import { isLocale, type Locale, type Translator } from '../platform/i18n/index.ts';
import { Refusal, type FieldFault } from '../platform/refusal.ts';
import { openApi, type OpenApi } from './openApi.ts';
import { problemWords } from './problemWords.ts';

/** What the JSON interface asks of a request, so that its routes only read, call one use case and answer. */
export interface Api {
  /**
   * A JSON object out of a request's body. Whoever may not do `action` is told so before anything is read.
   * @throws Refusal of the gate; HttpFault `unsupported` for another content type, `malformed` for what is no JSON object.
   */
  body(viewer: Viewer, action: WritingAction, request: Request): Promise<Record<string, unknown>>;
  /**
   * The lines of an NDJSON body, up to {@link MOST_LINES}, blank ones left out. One that is no JSON has no value; it holds
   * up no other.
   * @throws as `body`; Refusal `invalid` for too many lines.
   */
  lines(viewer: Viewer, action: WritingAction, request: Request): Promise<{ line: number; value: unknown }[]>;
  /** What became of one line: the status that a call for it alone would have had, and the problem if there is one. */
  lineAnswer(error: Refusal, about: { requestId: string; t: Translator }): { status: number; problem: Problem };
  /**
   * CloudEvents out of a request's body: one, or a batch of them. Whoever may not do `action` is told so first.
   * @throws as `body` does.
   */
  events(viewer: Viewer, action: 'touch.receive', request: Request): Promise<{ events: unknown[]; isBatch: boolean }>;
  /**
   * The locale that a request names in its query or body; `otherwise` when it names none.
   * @throws Refusal `invalid` on `locale`.
   */
  locale(named: unknown, otherwise: Locale): Locale;
  /**
   * A whole number of 1 to `most` out of a query; undefined when it is left out.
   * @throws Refusal `invalid` on `field`.
   */
  count(field: string, text: string | null, most: number): number | undefined;
  /** An absolute address, from configuration. */
  url(path: string): string;
  /** The interface in the words of OpenAPI 3.1. */
  readonly openApi: OpenApi;
}

/** What a machine may do with a body; whoever may not is told so before it is read. */
type WritingAction = 'ticket.open' | 'ticket.list' | 'order.push' | 'shipment.report';

const MOST_LINES = 1_000;

export function createApi({ publicUrl, brand }: { publicUrl: string; brand: string }): Api {
  const base = publicUrl.replace(/\/+$/, '');
  return {
    async body(viewer, action, request) {
      authorize(viewer, action);
      requireJson(request);
      return objectOf(await request.text());
    },
    async events(viewer, action, request) {
      authorize(viewer, action);
      const isBatch = /^application\/cloudevents-batch\+json/i.test(requireJson(request));
      const text = await request.text();
      if (!isBatch) return { events: [objectOf(text)], isBatch };
      const events = parsed(text);
      if (!Array.isArray(events)) throw new HttpFault('malformed', { reason: 'notList' });
      return { events, isBatch };
    },
    async lines(viewer, action, request) {
      authorize(viewer, action);
      if (!/^application\/x-ndjson\s*(?:;|$)/i.test(request.headers.get('content-type') ?? '')) {
        throw new HttpFault('unsupported', { reason: 'sendLines' });
      }
      const lines = linesOf(Buffer.from(await request.arrayBuffer()));
      if (lines.length > MOST_LINES) {
        throw invalid({ field: 'body', key: 'errors.tooManyOf', params: { max: MOST_LINES } });
      }
      return lines;
    },
    lineAnswer(error, { requestId, t }) {
      const { problem } = problemOf(error, { requestId, words: problemWords(t) });
      return { status: problem.status, problem };
    },
    locale(named, otherwise) {
      if (named === undefined || named === null || named === '') return otherwise;
      if (!isLocale(named)) throw invalid({ field: 'locale', key: 'errors.choice' });
      return named;
    },
    count(field, text, most) {
      if (text === null || text === '') return undefined;
      if (!/^[1-9]\d{0,5}$/.test(text)) throw invalid({ field, key: 'errors.number' });
      if (Number(text) > most) throw invalid({ field, key: 'errors.tooMany', params: { max: most } });
      return Number(text);
    },
    url: (path) => base + path,
    openApi: openApi({ server: base, title: brand }),
  };
}

/** @returns the content type. @throws HttpFault `unsupported` */
function requireJson(request: Request): string {
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(type)) {
    throw new HttpFault('unsupported', { reason: 'sendJson' });
  }
  return type;
}

/** Each line with its number, from 1. @returns undefined for the value of what is no JSON, or no UTF-8. */
function linesOf(body: Buffer): { line: number; value: unknown }[] {
  const lines: { line: number; value: unknown }[] = [];
  let line = 0;
  for (let from = 0; from < body.length;) {
    const found = body.indexOf(0x0a, from);
    const bytes = body.subarray(from, found < 0 ? body.length : found);
    from = found < 0 ? body.length : found + 1;
    line += 1;
    const text = bytes.toString('utf8').trim();
    if (text !== '') lines.push({ line, value: isUtf8(bytes) ? jsonOf(text) : undefined });
  }
  return lines;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function objectOf(text: string): Record<string, unknown> {
  const object = parsed(text);
  if (typeof object !== 'object' || object === null || Array.isArray(object)) {
    throw new HttpFault('malformed', { reason: 'notObject' });
  }
  return object as Record<string, unknown>;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpFault('malformed', { reason: 'notJson' });
  }
}

function invalid(fault: FieldFault): Refusal {
  return new Refusal('invalid', { fields: [fault] });
}
