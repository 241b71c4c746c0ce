import type { Exchange } from './exchange.ts';
import { ClientGone } from './fault.ts';
import type { FrontLimits } from './limits.ts';
import type { FrontOptions } from './options.ts';
import { problemOf, type ProblemAnswer } from './problem.ts';
import { plainPage, sendProblem, wantsJson } from './respond.ts';

/**
 * Turns whatever was thrown into an answer: problem details for programs, a page for people. What nobody meant to
 * throw is logged with the request's id. Once the head is out nothing can be said any more and the connection is cut.
 */
export function createFailure(
  options: FrontOptions,
  limits: FrontLimits,
): (exchange: Exchange, error: unknown) => void {
  return (exchange, error) => {
    const { req, res, requestId } = exchange;
    if (error instanceof ClientGone) return void res.destroy();
    const bare = problemOf(error, { requestId });
    if (bare.code === 'internal') options.log.error({ err: error, requestId, route: exchange.route }, 'Request failed');
    if (res.headersSent) return void res.destroy();
    const { answer, page } = inWords(exchange, error, bare, options);
    const json = wantsJson(pathOf(exchange), req.headers);
    sendProblem(req, res, answer, { json, page, lingerMs: limits.lingerMs });
  };
}

/** Words and error pages are other rooms' code; when they fail the bare facts still go out. */
function inWords(
  exchange: Exchange,
  error: unknown,
  bare: ProblemAnswer,
  options: FrontOptions,
): { answer: ProblemAnswer; page: string } {
  const about = { path: pathOf(exchange), headers: exchange.req.headers };
  try {
    const words = options.words?.(about);
    const answer = words ? problemOf(error, { requestId: exchange.requestId, words }) : bare;
    return { answer, page: options.errorPage?.(answer, about) ?? plainPage(answer) };
  } catch (second) {
    options.log.error({ err: second, requestId: exchange.requestId }, 'The words for an error failed');
    return { answer: bare, page: plainPage(bare) };
  }
}

function pathOf({ req }: Exchange): string {
  return (req.url ?? '/').split('?', 1)[0] ?? '/';
}
