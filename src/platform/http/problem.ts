import { asRefusal, type FieldFault, type RefusalCode } from '../refusal.ts';
import { translator, type Translator } from '../i18n/index.ts';
import type { HttpFault, HttpFaultCode, HttpFaultReason } from './fault.ts';

export type ProblemCode = RefusalCode | HttpFaultCode;

/** Every code with its status. The codes are promises: `type` is made of them; their words are `problems.<code>`. */
const STATUSES: Record<ProblemCode, number> = {
  malformed: 400,
  unauthenticated: 401,
  forbidden: 403,
  cross_origin: 403,
  not_found: 404,
  gone: 410,
  method_not_allowed: 405,
  timeout: 408,
  conflict: 409,
  too_large: 413,
  uri_too_long: 414,
  unsupported: 415,
  expectation_failed: 417,
  invalid: 422,
  limited: 429,
  headers_too_large: 431,
  internal: 500,
  not_implemented: 501,
  busy: 503,
};

/** Problem details as RFC 9457 has them. `instance` is the request's id, so that what a person quotes is in the log. */
export interface Problem {
  /** `/problems/<code>`, stable. */
  type: string;
  title: string;
  status: number;
  detail: string;
  instance?: string;
  errors?: { field: string; message: string }[];
}

/** A problem with what its answer needs beside the body. */
export interface ProblemAnswer {
  code: ProblemCode;
  problem: Problem;
  /** `Retry-After`, `Allow`. */
  headers: Record<string, string>;
}

/** The viewer's words. What is left out, or answered with undefined, is said in English. */
export interface ProblemWords {
  title?(code: ProblemCode): string | undefined;
  /** `reason`: what more is known than the code says. */
  detail?(code: ProblemCode, reason?: HttpFaultReason): string | undefined;
  fault?(fault: FieldFault): string | undefined;
}

/** Title and detail of a problem in a reader's language. */
export function problemWordsIn(t: Translator): {
  title(code: ProblemCode): string;
  detail(code: ProblemCode, reason?: HttpFaultReason): string;
} {
  return {
    title: (code) => t.t(`problems.${code}.title`),
    detail: (code, reason) => t.t(reason ? `problems.why.${reason}` : `problems.${code}.detail`),
  };
}

/** The code that an error stands for; `internal` for whatever nobody meant to throw. */
function codeOf(error: unknown): ProblemCode {
  const code = asRefusal(error)?.code ?? asHttpFault(error)?.code;
  return code !== undefined && Object.hasOwn(STATUSES, code) ? code : 'internal';
}

/**
 * An error as problem details, for the front, the API and the pages alike. Of an unknown error nothing is told: its
 * message may hold anything.
 */
export function problemOf(error: unknown, about: { requestId?: string; words?: ProblemWords } = {}): ProblemAnswer {
  const code = codeOf(error);
  const fault = asHttpFault(error);
  const refusal = asRefusal(error);
  const english = problemWordsIn(translator('en'));
  const problem: Problem = {
    type: `/problems/${code}`,
    title: about.words?.title?.(code) ?? english.title(code),
    status: STATUSES[code],
    detail: about.words?.detail?.(code, fault?.reason) ?? english.detail(code, fault?.reason),
  };
  if (about.requestId !== undefined) problem.instance = about.requestId;
  if (refusal?.fields.length) {
    problem.errors = refusal.fields.map((field) => ({
      field: field.field,
      message: about.words?.fault?.(field) ?? field.key,
    }));
  }
  const headers: Record<string, string> = {};
  if (fault?.allow) headers.allow = fault.allow.join(', ');
  if (code === 'limited' || code === 'busy') headers['retry-after'] = retryAfter(refusal?.retryAfterSeconds);
  return { code, problem, headers };
}

function retryAfter(seconds: number | undefined): string {
  return String(Math.max(1, Math.ceil(seconds !== undefined && Number.isFinite(seconds) ? seconds : 5)));
}

function asHttpFault(error: unknown): HttpFault | null {
  return error instanceof Error && error.name === 'HttpFault' && 'code' in error ? (error as HttpFault) : null;
}
