import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import Negotiator from 'negotiator';
import type { ProblemAnswer } from './problem.ts';

const PROBLEM_TYPE = 'application/problem+json';

/** Programs get problem details: below `/api` always, elsewhere when they prefer JSON to a page. */
export function wantsJson(path: string, headers: IncomingHttpHeaders): boolean {
  if (path === '/api' || path.startsWith('/api/')) return true;
  const best = new Negotiator({ headers }).mediaType(['text/html', 'application/json', PROBLEM_TYPE]);
  return best !== undefined && best !== 'text/html';
}

/** Sends a whole answer that is known in full. HEAD gets the head only. */
export function send(
  res: ServerResponse<IncomingMessage>,
  status: number,
  type: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const bytes = Buffer.from(body);
  res.writeHead(status, { ...headers, 'content-type': type, 'content-length': String(bytes.length) });
  res.end(bytes);
}

export function sendJson(res: ServerResponse<IncomingMessage>, status: number, value: unknown): void {
  send(res, status, 'application/json; charset=utf-8', `${JSON.stringify(value)}\n`);
}

/**
 * Sends a problem as JSON or as a page. When part of the request is still on its way the connection is closed after
 * the answer, but only once the sender stopped or `lingerMs` went by: a reset would make browsers throw the answer away.
 */
export function sendProblem(
  req: IncomingMessage,
  res: ServerResponse<IncomingMessage>,
  answer: ProblemAnswer,
  options: { json: boolean; page: string; lingerMs: number },
): void {
  const type = options.json ? PROBLEM_TYPE : 'text/html; charset=utf-8';
  const body = Buffer.from(options.json ? `${JSON.stringify(answer.problem)}\n` : options.page);
  const unread = !req.complete;
  for (const name of ['etag', 'last-modified', 'content-encoding', 'content-disposition']) res.removeHeader(name);
  // Compressed, the answer would wait for its end, which here comes late.
  const closing = unread ? { connection: 'close', 'cache-control': 'no-transform' } : {};
  res.writeHead(answer.problem.status, {
    ...answer.headers,
    ...closing,
    'content-type': type,
    'content-length': String(body.length),
  });
  if (!unread) return void res.end(body);
  res.write(body);
  const end = () => {
    clearTimeout(timer);
    res.end();
  };
  const timer = setTimeout(end, options.lingerMs);
  req.once('end', end).once('close', end);
  req.resume();
}

/** The page of last resort: no style, no script, readable everywhere. */
export function plainPage(answer: ProblemAnswer): string {
  const { title, detail, instance } = answer.problem;
  const quoted = instance === undefined ? '' : `<p><small>${escapeHtml(instance)}</small></p>\n`;
  return (
    '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8">' +
    `<meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(title)}</title></head>\n` +
    `<body>\n<main>\n<h1>${escapeHtml(title)}</h1>\n<p>${escapeHtml(detail)}</p>\n` +
    `<p><a href="/">/</a></p>\n${quoted}</main>\n</body>\n</html>\n`
  );
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
