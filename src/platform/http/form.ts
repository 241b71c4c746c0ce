import { isUtf8 } from 'node:buffer';
import type { FrontLimits } from './limits.ts';
import { HttpFault } from './fault.ts';

/** A file that was staged by the upload sink under `id`. `type` and `name` are the sender's word. */
export interface FormFile {
  field: string;
  id: string;
  name: string;
  type: string;
  /** Bytes. */
  size: number;
}

/** A file that was not kept, told to pages that asked for it (`acceptsUploads` answers `report`). */
export interface FileFault {
  field: string;
  name: string;
  code: 'too_large' | 'too_many';
}

/** A form as pages read it, urlencoded and multipart alike. */
export interface Form {
  /** Each field's values in the order sent; the record has no prototype, so every name is only a name. */
  fields: Record<string, string[]>;
  files: FormFile[];
  /** Only ever filled where `acceptsUploads` answered `report`. */
  faults: FileFault[];
}

export function emptyForm(): Form {
  return { fields: Object.create(null) as Record<string, string[]>, files: [], faults: [] };
}

export function addField(form: Form, name: string, value: string): void {
  (form.fields[name] ??= []).push(value);
}

/**
 * Bytes of a form as text.
 *
 * @throws HttpFault `malformed`: not UTF-8, or a NUL, which no database column takes and no keyboard types.
 */
export function formText(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw new HttpFault('malformed', { reason: 'formNotUtf8' });
  if (bytes.includes(0)) throw new HttpFault('malformed', { reason: 'formNul' });
  return bytes.toString('utf8');
}

/**
 * Reads an urlencoded body, strictly: `URLSearchParams` would put a replacement character in the place of whatever is
 * not UTF-8, and nobody would know that something was lost.
 *
 * @throws HttpFault `malformed`, `too_large`
 */
export function readUrlencoded(body: Buffer, limits: FrontLimits): Form {
  const form = emptyForm();
  const pairs = body.toString('latin1').split('&').filter(Boolean);
  if (pairs.length > limits.fields) throw new HttpFault('too_large', { reason: 'fields' });
  for (const pair of pairs) {
    const cut = pair.indexOf('=');
    const name = cut === -1 ? pair : pair.slice(0, cut);
    addField(form, formText(unescapeBytes(name)), formText(unescapeBytes(cut === -1 ? '' : pair.slice(cut + 1))));
  }
  return form;
}

function unescapeBytes(text: string): Buffer {
  if (/%(?![0-9a-f]{2})/i.test(text)) {
    throw new HttpFault('malformed', { reason: 'formCoding' });
  }
  const plain = text
    .replaceAll('+', ' ')
    .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(plain, 'latin1');
}
