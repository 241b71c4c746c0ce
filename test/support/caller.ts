import type { TestPortal } from './portal.ts';

export interface Answer {
  status: number;
  headers: Headers;
  /** Where it leads on, or null. */
  location: string | null;
  text: string;
}

export interface Caller {
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  /** What is downloaded, as it comes. */
  bytes(path: string): Promise<Buffer>;
  /** Sends a form, urlencoded; as multipart when it is a `FormData`. */
  post(path: string, form: Record<string, string> | FormData, headers?: Record<string, string>): Promise<Answer>;
  put(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  json(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
}

/** Somebody who calls the portal over HTTP without a browser and follows no redirect. */
export function caller(
  portal: Pick<TestPortal, 'url'>,
  { cookie, agent }: { cookie?: string; agent?: string } = {},
): Caller {
  async function call(path: string, init: RequestInit): Promise<Answer> {
    // Packed answers are the business of the front's own tests; here they would only be unpacked again.
    const asked = { origin: portal.url, 'accept-encoding': 'identity' };
    const headers = {
      ...(cookie !== undefined && { cookie }),
      ...(agent !== undefined && { 'user-agent': agent }),
      ...asked,
      ...init.headers,
    };
    const response = await fetch(portal.url + path, { redirect: 'manual', ...init, headers });
    return {
      status: response.status,
      headers: response.headers,
      location: response.headers.get('location'),
      text: await response.text(),
    };
  }
  return {
    bytes: async (path) => {
      const response = await fetch(portal.url + path, {
        redirect: 'manual',
        headers: cookie === undefined ? {} : { cookie },
      });
      return Buffer.from(await response.arrayBuffer());
    },
    get: (path, headers = {}) => call(path, { headers }),
    post: (path, form, headers = {}) =>
      call(path, { method: 'POST', headers, body: form instanceof FormData ? form : new URLSearchParams(form) }),
    put: (path, body, headers = {}) =>
      call(path, {
        method: 'PUT',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
    json: (path, body, headers = {}) =>
      call(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
  };
}
