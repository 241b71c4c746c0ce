/** How much and how long the front takes. Sizes are bytes, times are milliseconds. */
export interface FrontLimits {
  /** A body that is read whole (urlencoded, JSON, text, anything but multipart). */
  bodyBytes: number;
  /** All text fields of a multipart form together, names included. */
  fieldBytes: number;
  /** Text fields of a form. */
  fields: number;
  /** One uploaded file. */
  fileBytes: number;
  /** Files of one form. */
  files: number;
  urlLength: number;
  /** Request line and headers together; the parser itself holds this one. */
  headerBytes: number;
  headers: number;
  /** Until the headers are there. */
  headersMs: number;
  /** Until a body that is read whole is there. */
  bodyMs: number;
  /** Between two pieces of an upload. */
  idleMs: number;
  /** Until a request is there with everything, uploads on a slow line included. */
  requestMs: number;
  /** A kept connection without a request. Longer than the 60 s of common proxies, so that they close first. */
  keepAliveMs: number;
  /** A connection on which nothing moves, in either direction; streams send something more often. */
  socketMs: number;
  /** How long a refused sender may go on sending, so that it reads the answer rather than a reset. */
  lingerMs: number;
  /** How long running requests may take to end when the front closes. */
  drainMs: number;
  /** How long a probe may take. */
  probeMs: number;
}

const MEBIBYTE = 1024 * 1024;

export const DEFAULT_LIMITS: Readonly<FrontLimits> = {
  bodyBytes: MEBIBYTE,
  fieldBytes: MEBIBYTE,
  fields: 500,
  fileBytes: 25 * MEBIBYTE,
  files: 5,
  urlLength: 8 * 1024,
  headerBytes: 32 * 1024,
  headers: 100,
  headersMs: 15_000,
  bodyMs: 30_000,
  idleMs: 30_000,
  requestMs: 600_000,
  keepAliveMs: 65_000,
  socketMs: 120_000,
  lingerMs: 5_000,
  drainMs: 10_000,
  probeMs: 2_000,
};

/** The most that a multipart body may hold: its fields, its files, and what the parts' own heads take. */
export function multipartBytes(limits: FrontLimits): number {
  return limits.fieldBytes + limits.files * limits.fileBytes + MEBIBYTE;
}
