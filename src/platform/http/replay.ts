import type { IncomingMessage } from 'node:http';

/**
 * Lets a body that was read be read once more by listeners of `data` and `end`, which is how the development server
 * takes it. (The built handler takes `req.body` instead.)
 */
export function replayBody(req: IncomingMessage, body: Buffer): void {
  if (!req.readableEnded) return;
  const on = req.on.bind(req);
  const again = (event: string | symbol, listener: (...args: unknown[]) => void) => {
    if (event === 'data') {
      if (body.length > 0) process.nextTick(() => Reflect.apply(listener, req, [body]));
      return req;
    }
    if (event === 'end') {
      process.nextTick(() => Reflect.apply(listener, req, []));
      return req;
    }
    return on(event as string, listener);
  };
  req.on = again as typeof req.on;
}
