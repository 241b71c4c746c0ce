/** The HTTP front: the one way in over HTTP, and the one shape of every error. It knows no word of the domain. */
export { createFront } from './front.ts';
export type {
  BodyContext,
  Front,
  FrontOptions,
  Next,
  PageHandler,
  RequestContext,
  Route,
  RouteContext,
} from './options.ts';
export type { FrontLimits } from './limits.ts';
export { createMetrics } from './metrics.ts';
export type { PartState, PartStatus, Probe, ProbeCheck, Readiness } from './probes.ts';
export type { FileFault, Form, FormFile } from './form.ts';
export type { OpenUpload, UploadPolicy, UploadSink } from './multipart.ts';
export {
  problemOf,
  problemWordsIn,
  type Problem,
  type ProblemAnswer,
  type ProblemCode,
  type ProblemWords,
} from './problem.ts';
export { HttpFault, type HttpFaultCode } from './fault.ts';
export { streamDownload, type Download } from './download.ts';
export { ListenError, type ListenCode } from './server.ts';
export { assertPortFree } from './portFree.ts';
export { ProxyListError } from './address.ts';
export { CONTENT_SECURITY_POLICY } from './headers.ts';
