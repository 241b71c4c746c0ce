/** Faults that only HTTP knows; everything else that is refused is a `Refusal`. */
export type HttpFaultCode =
  | 'method_not_allowed' // 405
  | 'not_implemented' // 501: a method that nobody here answers
  | 'timeout' // 408: the request did not arrive in time
  | 'uri_too_long' // 414
  | 'headers_too_large' // 431
  | 'unsupported' // 415: a body of a kind that this path does not take
  | 'expectation_failed' // 417
  | 'cross_origin' // 403: a write that carries a cookie and comes from another site
  | 'internal'; // 500

/** What more is known than a code says; the words are `problems.why.<reason>`. */
export type HttpFaultReason =
  | 'packed'
  | 'bodyNotUtf8'
  | 'headers'
  | 'host'
  | 'fields'
  | 'noFiles'
  | 'files'
  | 'boundary'
  | 'form'
  | 'formNotUtf8'
  | 'formNul'
  | 'formCoding'
  | 'address'
  | 'sendJson'
  | 'sendLines'
  | 'notJson'
  | 'notObject'
  | 'notList';

/** A request that the front itself turns away. `reason` replaces the code's own sentence. */
export class HttpFault extends Error {
  readonly code: HttpFaultCode | 'malformed' | 'too_large';
  readonly reason: HttpFaultReason | undefined;
  /** The methods that the path does answer, for `Allow`. */
  readonly allow: readonly string[] | undefined;

  constructor(code: HttpFault['code'], details: { reason?: HttpFaultReason; allow?: readonly string[] } = {}) {
    super(details.reason ? `${code}: ${details.reason}` : code);
    this.name = 'HttpFault';
    this.code = code;
    this.reason = details.reason;
    this.allow = details.allow;
  }
}

/** The client went away before its request was whole: there is nobody left to answer. */
export class ClientGone extends Error {
  constructor() {
    super('the client closed the connection');
    this.name = 'ClientGone';
  }
}
