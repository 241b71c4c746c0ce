import { asRefusal, type FieldFault, type RefusalCode } from '../refusal.ts';
import type { HttpFault, HttpFaultCode } from './fault.ts';

export type ProblemCode = RefusalCode | HttpFaultCode;

/** Every code with its status and its English words. The codes are promises: `type` is made of them. */
const PROBLEMS: Record<ProblemCode, { status: number; title: string; detail: string }> = {
  malformed: { status: 400, title: 'Not readable', detail: 'The request could not be read. Nothing was changed.' },
  unauthenticated: { status: 401, title: 'Sign in first', detail: 'This is shown to people who are signed in.' },
  forbidden: { status: 403, title: 'Not allowed', detail: 'You may not do this. Nothing was changed.' },
  cross_origin: {
    status: 403,
    title: 'From another site',
    detail: 'This form was sent from another address than the one of this site. Nothing was changed.',
  },
  not_found: {
    status: 404,
    title: 'Not found',
    detail: 'There is nothing at this address, or it is not yours to see.',
  },
  method_not_allowed: { status: 405, title: 'Method not allowed', detail: 'This address does not answer that method.' },
  timeout: { status: 408, title: 'Too slow', detail: 'The request did not arrive in time. Nothing was changed.' },
  conflict: { status: 409, title: 'Conflict', detail: 'This was changed by someone else. Nothing was changed by you.' },
  too_large: {
    status: 413,
    title: 'Too large',
    detail: 'What was sent is larger than is taken here. Nothing was kept.',
  },
  uri_too_long: { status: 414, title: 'Address too long', detail: 'The address is longer than is read here.' },
  unsupported: { status: 415, title: 'Kind not taken', detail: 'A body of this kind is not taken here.' },
  expectation_failed: { status: 417, title: 'Expectation failed', detail: 'Only 100-continue can be expected.' },
  invalid: {
    status: 422,
    title: 'Please check',
    detail: 'Some of what was sent cannot be taken. Nothing was changed.',
  },
  limited: { status: 429, title: 'Too many requests', detail: 'That was too often in a short time. Come back later.' },
  headers_too_large: { status: 431, title: 'Headers too large', detail: 'The headers are larger than is read here.' },
  internal: {
    status: 500,
    title: 'Something went wrong',
    detail: 'This is our fault, and it was written down. Please try again.',
  },
  not_implemented: { status: 501, title: 'Not implemented', detail: 'This method is not answered here.' },
  busy: { status: 503, title: 'Busy', detail: 'This takes longer than usual. Please try again in a moment.' },
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
  detail?(code: ProblemCode): string | undefined;
  fault?(fault: FieldFault): string | undefined;
}

/** The code that an error stands for; `internal` for whatever nobody meant to throw. */
function codeOf(error: unknown): ProblemCode {
  const code = asRefusal(error)?.code ?? asHttpFault(error)?.code;
  return code !== undefined && Object.hasOwn(PROBLEMS, code) ? code : 'internal';
}

/**
 * An error as problem details, for the front, the API and the pages alike. Of an unknown error nothing is told: its
 * message may hold anything.
 */
export function problemOf(error: unknown, about: { requestId?: string; words?: ProblemWords } = {}): ProblemAnswer {
  const code = codeOf(error);
  const { status, title, detail } = PROBLEMS[code];
  const fault = asHttpFault(error);
  const refusal = asRefusal(error);
  const problem: Problem = {
    type: `/problems/${code}`,
    title: about.words?.title?.(code) ?? title,
    status,
    detail: about.words?.detail?.(code) ?? fault?.detail ?? detail,
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
