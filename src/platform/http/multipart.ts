import type { IncomingMessage } from 'node:http';
import type { Writable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy';
import { ClientGone, HttpFault } from './fault.ts';
import { addField, emptyForm, formText, type FileFault, type Form } from './form.ts';
import { multipartBytes, type FrontLimits } from './limits.ts';

/** One upload on its way: write it, then either `finish` or `abort`. After `abort` nothing of it is left. */
export interface OpenUpload {
  stream: Writable;
  finish(): Promise<{ id: string; size: number }>;
  abort(): Promise<void>;
}

/** Where streamed files go. `name` and `type` are the sender's word and prove nothing. */
export interface UploadSink {
  /** May refuse, for example a client that sends too much. */
  open(file: { field: string; name: string; type: string; clientAddress: string }): Promise<OpenUpload>;
}

/** Whether a path takes files: `report` hands files that are too large or too many to the page as `form.faults`. */
export type UploadPolicy = boolean | 'report';

export interface MultipartOptions {
  sink: UploadSink | undefined;
  policy: UploadPolicy;
  limits: FrontLimits;
  clientAddress: string;
}

interface StagedFile {
  /** Where it stood in the form; parts may be done in another order than they came. */
  place: number;
  field: string;
  name: string;
  type: string;
  upload: OpenUpload;
}

/**
 * Reads a multipart form. Text fields are gathered, files go straight through to the sink, held back by it when it is
 * slow; no file is ever whole in memory. Files are finished only when the whole form was read, so a refused or broken
 * request leaves nothing behind.
 *
 * @throws HttpFault `malformed` (no boundary, garbage, cut off, not UTF-8), `too_large`, `unsupported` (a file where
 * none is taken), `timeout`
 * @throws ClientGone
 * @throws whatever the sink throws
 */
export async function readMultipart(req: IncomingMessage, options: MultipartOptions): Promise<Form> {
  const reading = new MultipartReading(req, options);
  return reading.run();
}

/** One form being read. A class because every part works on the same counters and the same first failure. */
class MultipartReading {
  private readonly req: IncomingMessage;
  private readonly options: MultipartOptions;
  private readonly parser: BusboyInstance;
  private readonly form = emptyForm();
  private readonly parts: Promise<void>[] = [];
  private readonly streams = new Set<BusboyFileStream>();
  private readonly fields: { place: number; name: string; value: string }[] = [];
  private readonly faults: { place: number; fault: FileFault }[] = [];
  private readonly staged: StagedFile[] = [];
  private readonly stopped: Promise<void>;
  private stop: () => void = () => undefined;
  private failure: unknown = undefined;
  private fieldBytes = 0;
  private fieldCount = 0;
  private fileCount = 0;
  private partCount = 0;

  constructor(req: IncomingMessage, options: MultipartOptions) {
    this.req = req;
    this.options = options;
    this.parser = openParser(req, options.limits);
    this.stopped = new Promise((resolve) => (this.stop = resolve));
  }

  async run(): Promise<Form> {
    const { req, parser, options } = this;
    let total = 0;
    const idle = setTimeout(() => this.fail(new HttpFault('timeout')), options.limits.idleMs);
    const count = (chunk: Buffer) => {
      idle.refresh();
      total += chunk.length;
      if (total > multipartBytes(options.limits)) this.fail(new HttpFault('too_large'));
    };
    const gone = () => {
      if (!req.complete) this.fail(new ClientGone());
    };
    if (req.destroyed) gone();
    // Every part comes as a stream of raw bytes, fields too: the parser's own text would hide what is not UTF-8.
    parser.on('file', (field, stream, name, _encoding, type) => this.take(field, stream, name, type));
    parser.on('partsLimit', () => this.fail(new HttpFault('too_large', { reason: 'fields' })));
    parser.on('error', () => this.fail(unreadable()));
    parser.once('finish', () => this.stopAtTheEnd());
    req.on('data', count).once('close', gone);
    req.on('error', () => undefined);
    req.pipe(parser);
    await this.stopped;
    await Promise.allSettled(this.parts);
    clearTimeout(idle);
    req.off('data', count).off('close', gone);
    if (this.failure === undefined) await this.finish();
    if (this.failure !== undefined) {
      await Promise.allSettled(this.staged.map((file) => file.upload.abort()));
      throw this.failure;
    }
    return this.form;
  }

  /** What follows the last boundary is read, too: a request that is not read whole cannot be followed by another. */
  private stopAtTheEnd(): void {
    if (this.req.readableEnded) return this.stop();
    this.req.once('end', this.stop);
    // The pipe lets go of the request when the parser is done, and leaves it paused.
    process.nextTick(() => this.req.resume());
  }

  private fail(error: unknown): void {
    if (this.failure !== undefined) return;
    this.failure = error;
    this.req.unpipe(this.parser);
    for (const stream of this.streams) stream.destroy(new Error('the form was given up'));
    this.stop();
  }

  private take(field: string | undefined, stream: BusboyFileStream, name: string | undefined, type: string): void {
    stream.on('error', () => undefined);
    this.streams.add(stream);
    const place = this.partCount++;
    const work =
      this.failure !== undefined || field === undefined
        ? this.refuse(stream)
        : this.read(place, field, stream, name, type);
    this.parts.push(work.catch((error: unknown) => this.fail(error)).finally(() => this.streams.delete(stream)));
  }

  private refuse(stream: BusboyFileStream): Promise<void> {
    stream.resume();
    return Promise.reject(unreadable());
  }

  private async read(
    place: number,
    field: string,
    stream: BusboyFileStream,
    name: string | undefined,
    type: string,
  ): Promise<void> {
    // A file input that was left empty sends a part with an empty name and nothing in it.
    if (name === undefined || name === '') {
      const value = await this.readField(field, stream);
      if (name === undefined) this.fields.push({ place, name: formText(Buffer.from(field)), value });
      else if (value !== '') throw unreadable();
      return;
    }
    await this.readFile({ place, field, name: fileName(name), type }, stream);
  }

  private async readField(field: string, stream: BusboyFileStream): Promise<string> {
    if (++this.fieldCount > this.options.limits.fields) throw new HttpFault('too_large');
    this.fieldBytes += Buffer.byteLength(field);
    const chunks: Buffer[] = [];
    for await (const chunk of stream) {
      this.fieldBytes += (chunk as Buffer).length;
      if (this.fieldBytes > this.options.limits.fieldBytes) throw new HttpFault('too_large');
      chunks.push(chunk as Buffer);
    }
    return formText(Buffer.concat(chunks));
  }

  private async readFile(about: Omit<StagedFile, 'upload'>, stream: BusboyFileStream): Promise<void> {
    const { sink, policy, limits, clientAddress } = this.options;
    const { place, field, name, type } = about;
    if (sink === undefined || policy === false) {
      throw new HttpFault('unsupported', { reason: 'noFiles' });
    }
    if (++this.fileCount > limits.files) {
      if (policy !== 'report') throw new HttpFault('too_large', { reason: 'files' });
      this.faults.push({ place, fault: { field, name, code: 'too_many' } });
      stream.resume();
      await finished(stream);
      return;
    }
    if (policy !== 'report') stream.once('limit', () => this.fail(new HttpFault('too_large')));
    const upload = await sink.open({ field, name, type, clientAddress });
    const file = { ...about, upload };
    this.staged.push(file);
    await pipeline(stream, upload.stream);
    if (!stream.truncated) return;
    this.staged.splice(this.staged.indexOf(file), 1);
    this.faults.push({ place, fault: { field, name, code: 'too_large' } });
    await upload.abort();
  }

  private async finish(): Promise<void> {
    for (const list of [this.staged, this.fields, this.faults]) list.sort((a, b) => a.place - b.place);
    for (const { name, value } of this.fields) addField(this.form, name, value);
    this.form.faults.push(...this.faults.map(({ fault }) => fault));
    while (this.staged.length > 0) {
      const [file] = this.staged;
      if (file === undefined) return;
      const { field, name, type, upload } = file;
      try {
        const { id, size } = await upload.finish();
        this.form.files.push({ field, id, name, type, size });
        this.staged.shift();
      } catch (error) {
        this.failure = error;
        return;
      }
    }
  }
}

function openParser(req: IncomingMessage, limits: FrontLimits): BusboyInstance {
  try {
    return new Busboy({
      headers: { ...req.headers, 'content-type': req.headers['content-type'] ?? '' },
      isPartAFile: () => true,
      limits: {
        fileSize: limits.fileBytes,
        parts: limits.fields + limits.files * 4,
        headerSize: 16 * 1024,
        headerPairs: 32,
      },
    });
  } catch {
    throw new HttpFault('malformed', { reason: 'boundary' });
  }
}

/** A name as it may be shown and stored: no control characters, no direction marks that disguise an ending, not endless. */
function fileName(sent: string): string {
  const clean = sent
    .replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '')
    .trim()
    .slice(0, 255);
  return clean === '' ? 'file' : clean;
}

function unreadable(): HttpFault {
  return new HttpFault('malformed', { reason: 'form' });
}
