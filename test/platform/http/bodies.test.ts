import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { BodyContext, Form, FrontOptions, UploadSink } from '../../../src/platform/http/index.ts';
import {
  ask,
  BOUNDARY,
  hashingSink,
  multipart,
  MULTIPART,
  open,
  raw,
  startFront,
  until,
  type Part,
} from './harness.ts';

const MIB = 1024 * 1024;
const URLENCODED = { 'content-type': 'application/x-www-form-urlencoded' };

/** A front whose pages answer with what they were given. */
async function mirror(options: Partial<FrontOptions> = {}) {
  const seen: { form: Form | null; body: Buffer | undefined; requestBody: unknown }[] = [];
  const contexts: BodyContext[] = [];
  const running = await startFront({
    locals: (context) => {
      contexts.push(context);
      return {};
    },
    handler: (req, res, _next, locals) => {
      const requestBody = (req as { body?: unknown }).body;
      seen.push({ form: locals.form as Form | null, body: contexts.at(-1)?.body, requestBody });
      res.end('taken');
    },
    ...options,
  });
  return { ...running, seen, last: () => seen.at(-1) };
}

describe('a body that is read whole', () => {
  it('reaches pages as bytes, untouched', async () => {
    const { port, last } = await mirror();
    const body = Buffer.from('{"a": "退货"}');
    const headers = { 'content-type': 'application/json' };
    expect((await ask(port, '/api/v1/x', { method: 'POST', headers, body })).status).toBe(200);
    expect(last()).toEqual({ form: null, body, requestBody: body });
    await ask(port, '/api/v1/x', {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: Buffer.from([255, 0]),
    });
    expect(last()?.requestBody).toEqual(Buffer.from([255, 0]));
    await ask(port, '/', { method: 'POST' });
    expect(last()).toEqual({ form: null, body: Buffer.alloc(0), requestBody: Buffer.alloc(0) });
  });

  it.each([
    ['declared', MIB, 200],
    ['declared', MIB + 1, 413],
    ['chunked', MIB, 200],
    ['chunked', MIB + 1, 413],
  ])('of %s length may have %i bytes: %i', async (how, size, status) => {
    const { port, seen } = await mirror();
    const bytes = Buffer.alloc(size, 'a');
    const body = how === 'declared' ? bytes : [bytes.subarray(0, 70_000), bytes.subarray(70_000)];
    const answer = await ask(port, '/', { method: 'POST', headers: { 'content-type': 'text/plain' }, body });
    expect(answer.status).toBe(status);
    expect(seen).toHaveLength(status === 200 ? 1 : 0);
    if (status === 413) expect(answer.headers.connection).toBe('close');
  });

  it('is refused unread when its declared length is too much, also to a sender who asked first', async () => {
    const { port } = await mirror({ limits: { lingerMs: 50 } });
    const head = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n';
    expect(await raw(port, `${head}\r\n`)).toMatch(/^HTTP\/1\.1 413 /);
    const asked = await raw(port, `${head}Expect: 100-continue\r\n\r\n`);
    expect(asked).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('is asked for when its sender waits to be asked', async () => {
    const { port, last } = await mirror();
    const { socket, received } = open(port);
    socket.write(
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n',
    );
    await until(() => received().includes('100 Continue'));
    socket.write('ok');
    await until(() => received().includes('taken'));
    expect(last()?.body?.toString()).toBe('ok');
  });

  it('that does not come in time gets 408', async () => {
    const { port } = await mirror({ limits: { bodyMs: 50, lingerMs: 50 } });
    expect(await raw(port, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc')).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('that breaks off reaches nobody', async () => {
    const { port, seen, lines } = await mirror();
    const { socket } = open(port);
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc');
    setTimeout(() => socket.destroy(), 20);
    await until(() => lines.some((line) => line.includes('"cut":true')));
    expect(seen).toHaveLength(0);
  });

  it.each([
    ['JSON that is not UTF-8', { 'content-type': 'application/json' }, Buffer.from([0x22, 0xff, 0x22]), 400],
    ['text that is not the UTF-8 it says', { 'content-type': 'text/plain; charset=utf-8' }, Buffer.from([0xff]), 400],
    ['text in another charset', { 'content-type': 'text/plain; charset=latin1' }, Buffer.from([0xff]), 200],
    ['a compressed body', { 'content-type': 'application/json', 'content-encoding': 'gzip' }, Buffer.from('x'), 415],
  ])('%s: as expected', async (_name, headers, body, status) => {
    const { port } = await mirror();
    expect((await ask(port, '/', { method: 'POST', headers, body })).status).toBe(status);
  });
});

describe('an urlencoded form', () => {
  it('comes as fields, each with its values in order', async () => {
    const { port, last } = await mirror();
    const body = 'q=a+b%26c&tag=1&tag=2&empty=&bare&%E9%80%80=%E8%B4%A7&__proto__=x&emoji=%F0%9F%AA%91';
    await ask(port, '/', { method: 'POST', headers: URLENCODED, body });
    expect({ ...last()?.form?.fields }).toEqual({
      q: ['a b&c'],
      tag: ['1', '2'],
      empty: [''],
      bare: [''],
      退: ['货'],
      ['__proto__']: ['x'],
      emoji: ['🪑'],
    });
    expect(last()?.requestBody).toEqual(Buffer.from(body));
  });

  it.each([
    ['an escape that is none', 'a=%zz'],
    ['half an escape', 'a=%4'],
    ['bytes that are not UTF-8', 'a=%ff'],
    ['an overlong NUL', 'a=%c0%80'],
    ['half a surrogate', 'a=%ed%a0%80'],
    ['a NUL', 'a=%00'],
    ['a NUL in a name', 'a%00=1'],
  ])('with %s is refused in words', async (_name, body) => {
    const { port, seen } = await mirror();
    const headers = { ...URLENCODED, accept: 'application/json' };
    const answer = await ask(port, '/', { method: 'POST', headers, body });
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text)).toMatchObject({
      type: '/problems/malformed',
      detail: expect.stringMatching(/^The /),
    });
    expect(seen).toHaveLength(0);
  });

  it('has no more than 500 fields', async () => {
    const { port } = await mirror();
    const body = 'a=1&'.repeat(501);
    expect((await ask(port, '/', { method: 'POST', headers: URLENCODED, body })).status).toBe(413);
  });
});

function uploading(policy: boolean | 'report' = true) {
  const { sink, kept } = hashingSink();
  return {
    kept,
    options: { uploads: sink, acceptsUploads: (_: string, path: string) => path === '/en/ask' && policy },
  };
}

const post = (port: number, parts: readonly Part[], path = '/en/ask') =>
  ask(port, path, { method: 'POST', headers: MULTIPART, body: multipart(parts) });

describe('a multipart form', () => {
  it('comes as fields and staged files, in the order sent', async () => {
    const { kept, options } = uploading();
    const { port, last } = await mirror(options);
    const photo = randomBytes(300_000);
    const answer = await post(port, [
      { name: 'subject', body: 'Wackelt 🪑 退货' },
      { name: 'file', filename: 'C:\\Users\\mei\\a\u202egpj.png', type: 'image/PNG', body: photo },
      { name: 'tag', body: 'x'.repeat(200_000) },
      { name: 'tag', body: 'second' },
      { name: 'file', filename: '椅子.txt', type: 'text/plain', body: '' },
      { name: 'none', filename: '', type: 'application/octet-stream', body: '' },
      { name: '__proto__', body: '\ufffd' },
    ]);
    expect(answer.status).toBe(200);
    const form = last()?.form;
    expect({ ...form?.fields }).toEqual({
      subject: ['Wackelt 🪑 退货'],
      tag: ['x'.repeat(200_000), 'second'],
      ['__proto__']: ['\ufffd'],
    });
    expect(form?.files).toEqual([
      { field: 'file', id: 'file-0', name: 'agpj.png', type: 'image/png', size: photo.length },
      { field: 'file', id: 'file-1', name: '椅子.txt', type: 'text/plain', size: 0 },
    ]);
    expect(kept[0]).toMatchObject({ state: 'finished', hash: createHash('sha256').update(photo).digest('hex') });
  });

  it('streams 20 MB without holding them: a sink that waits holds back the sender', async () => {
    const { sink, kept } = hashingSink();
    const gate = Promise.withResolvers<void>();
    const uploads: UploadSink = {
      open: async (file) => {
        const upload = await sink.open(file);
        const write = upload.stream._write.bind(upload.stream);
        upload.stream._write = (...args) => void gate.promise.then(() => write(...args));
        return upload;
      },
    };
    const { port } = await mirror({ uploads, acceptsUploads: () => true });
    const chunk = randomBytes(64 * 1024);
    const hash = createHash('sha256');
    let sent = 0;
    const body = (function* () {
      yield Buffer.from(`--${BOUNDARY}\r\ncontent-disposition: form-data; name="f"; filename="f"\r\n\r\n`);
      for (; sent < 20 * MIB; sent += chunk.length) {
        hash.update(chunk);
        yield chunk;
      }
      yield Buffer.from(`\r\n--${BOUNDARY}--\r\n`);
    })();
    const answer = ask(port, '/en/ask', { method: 'POST', headers: MULTIPART, body });
    await until(() => kept.length === 1);
    for (let before = -1; before !== sent; await new Promise((resolve) => setTimeout(resolve, 200))) before = sent;
    // What was sent stands in the buffers of two sockets and a few streams; the kernel's are the most of it.
    expect(sent).toBeLessThan(15 * MIB);
    gate.resolve();
    expect((await answer).status).toBe(200);
    expect(kept).toMatchObject([{ size: 20 * MIB, state: 'finished', hash: hash.digest('hex') }]);
  });

  const small = { fileBytes: 1000, fieldBytes: 1000, lingerMs: 200 };
  it.each<[string, Part[], number]>([
    ['a file that just fits', [{ name: 'f', filename: 'f', body: Buffer.alloc(1000) }], 200],
    ['a file that is too large', [{ name: 'f', filename: 'f', body: Buffer.alloc(1001) }], 413],
    ['five files', Array.from({ length: 5 }, () => ({ name: 'f', filename: 'f', body: 'x' })), 200],
    ['six files', Array.from({ length: 6 }, () => ({ name: 'f', filename: 'f', body: 'x' })), 413],
    [
      'fields that are too large together',
      Array.from({ length: 3 }, (_, i) => ({ name: `n${i}`, body: 'x'.repeat(400) })),
      413,
    ],
    ['too many fields', Array.from({ length: 501 }, () => ({ name: 'n', body: '' })), 413],
    ['a part without a name', [{ body: 'x' }], 400],
    ['a field that is not UTF-8', [{ name: 'a', body: Buffer.from([0xff]) }], 400],
    ['a field with a NUL', [{ name: 'a', body: 'a\0b' }], 400],
    ['content in a file without a name', [{ name: 'a', filename: '', body: 'x' }], 400],
  ])('with %s: as expected, and nothing is left of what is refused', async (_name, parts, status) => {
    const { kept, options } = uploading();
    const { port } = await mirror({ ...options, limits: small });
    expect((await post(port, [...parts, { name: 'later', body: 'x' }])).status).toBe(status);
    for (const file of kept) expect(file.state).toBe(status === 200 ? 'finished' : 'aborted');
  });

  it('tells pages that asked for it what was not kept, and keeps the rest', async () => {
    const { kept, options } = uploading('report');
    const { port, last } = await mirror({ ...options, limits: { ...small, files: 2 } });
    await post(port, [
      { name: 'f', filename: 'large.mov', body: Buffer.alloc(3000) },
      { name: 'f', filename: 'small.txt', body: 'x' },
      { name: 'f', filename: 'third.txt', body: 'x' },
      { name: 'body', body: 'what was typed' },
    ]);
    expect(last()?.form).toMatchObject({
      fields: { body: ['what was typed'] },
      files: [{ name: 'small.txt' }],
      faults: [
        { field: 'f', name: 'large.mov', code: 'too_large' },
        { field: 'f', name: 'third.txt', code: 'too_many' },
      ],
    });
    expect(kept.map((file) => file.state)).toEqual(['aborted', 'finished']);
  });

  it('is read to its very end, so that the next request on the connection is understood', async () => {
    const { port, seen } = await mirror();
    const body = Buffer.concat([multipart([{ name: 'a', body: 'x' }]), Buffer.alloc(200_000, 'epilogue ')]);
    const head = `POST / HTTP/1.1\r\nHost: a\r\nContent-Type: ${MULTIPART['content-type']}\r\nContent-Length: ${body.length}\r\n`;
    const next = 'GET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
    const received = await raw(port, `${head}\r\n`, body, next);
    expect(received.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
    expect(seen.map(({ form }) => form?.fields.a?.[0] ?? 'none').sort()).toEqual(['none', 'x']);
  });

  it('brings files only where they are taken', async () => {
    const { kept, options } = uploading();
    const { port, last } = await mirror(options);
    expect((await post(port, [{ name: 'f', filename: 'f', body: 'x' }], '/en/other')).status).toBe(415);
    expect((await post(port, [{ name: 'a', body: 'x' }], '/en/other')).status).toBe(200);
    expect(last()?.form?.fields.a).toEqual(['x']);
    expect(kept).toHaveLength(0);
  });

  it.each([
    ['no boundary', { 'content-type': 'multipart/form-data' }, 'x'],
    ['garbage', MULTIPART, 'garbage'],
    ['nothing', MULTIPART, '\r\n'],
    ['no end', MULTIPART, `--${BOUNDARY}\r\ncontent-disposition: form-data; name="f"; filename="f"\r\n\r\nabc`],
    ['no end of a head', MULTIPART, `--${BOUNDARY}\r\ncontent-disposition: form-data; na`],
  ])('with %s gets 400', async (_name, headers, body) => {
    const { kept, options } = uploading();
    const { port, seen } = await mirror(options);
    expect((await ask(port, '/en/ask', { method: 'POST', headers, body })).status).toBe(400);
    expect(seen).toHaveLength(0);
    for (const file of kept) expect(file.state).toBe('aborted');
  });

  it('that breaks off or stalls leaves nothing behind', async () => {
    const { kept, options } = uploading();
    const { port, lines } = await mirror({ ...options, limits: { idleMs: 60, lingerMs: 50 } });
    const head =
      `POST /en/ask HTTP/1.1\r\nHost: a\r\nContent-Type: ${MULTIPART['content-type']}\r\nContent-Length: 9999\r\n\r\n` +
      `--${BOUNDARY}\r\ncontent-disposition: form-data; name="f"; filename="f"\r\n\r\nabc`;
    expect(await raw(port, head)).toMatch(/^HTTP\/1\.1 408 /);
    const { socket } = open(port);
    socket.write(head);
    await until(() => kept.length === 2);
    socket.destroy();
    await until(() => lines.filter((line) => line.includes('"Request"')).length === 2);
    expect(kept.map((file) => file.state)).toEqual(['aborted', 'aborted']);
  });

  it('that the sink cannot take is our fault, and is given up whole', async () => {
    const { kept, options } = uploading();
    let opened = 0;
    const { port } = await mirror({
      ...options,
      uploads: {
        open: (file) => (++opened === 2 ? Promise.reject(new Error('no space left')) : options.uploads.open(file)),
      },
    });
    const parts = [1, 2].map(() => ({ name: 'f', filename: 'f', body: 'x' }));
    expect((await post(port, parts)).status).toBe(500);
    expect(kept.map((file) => file.state)).toEqual(['aborted']);
  });
});
