/** Thrown by a handler: no further try will help; the job waits for a person, and holds back its subject. */
export class Park extends Error {
  readonly code = 'park';
  constructor(reason: string) {
    super(reason);
    this.name = 'Park';
  }
}

/** Thrown by a handler: try again, not before the time that the other side named. */
export class Retry extends Error {
  readonly code = 'retry';
  /** Seconds, or a `Retry-After` header as it came (seconds or a date). */
  readonly retryAfter: number | string | undefined;
  constructor(reason: string, retryAfter?: number | string | null) {
    super(reason);
    this.name = 'Retry';
    this.retryAfter = retryAfter ?? undefined;
  }
}

/** The lease ran out and another worker holds the job, or held it: this one's outcome counts no more. */
export class LeaseLost extends Error {
  readonly code = 'lease_lost';
  constructor() {
    super('Another worker has taken the job over.');
    this.name = 'LeaseLost';
  }
}

/** The `code` of an error of ours, by shape: errors cross rooms and bundles. */
export function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

/** When the other side wants to be asked again, as the error carries it: a header, or seconds. */
export function namedTime(error: unknown): number | string | undefined {
  if (!(error instanceof Error)) return undefined;
  const value =
    'retryAfter' in error ? error.retryAfter : 'retryAfterSeconds' in error ? error.retryAfterSeconds : undefined;
  return typeof value === 'number' || typeof value === 'string' ? value : undefined;
}
