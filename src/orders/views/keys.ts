import { createHmac, createSecretKey } from 'node:crypto';
import type { Runtime } from '../../platform/runtime.ts';
import { open, seal } from '../../platform/secrets/index.ts';

const TOO_LARGE = Math.floor(2 ** 32 / 1_000_000) * 1_000_000;

/** What was typed on the form, for the asker's own page. */
export interface Typed {
  number: string;
  email: string;
}

/** What a request remembers of how it was made: what was typed, or the older link that was held. */
export type Remembered = Typed | { link: string };

/** What orders are seen by, without an address or digits lying readable in the database. */
export interface ViewKeys {
  /** Stands for a canonical address. */
  addressKey(email: string): string;
  /** Stands for the digits of one request; other digits, and those of another request, give something else. */
  codeHash(requestHash: string, digits: string): string;
  /** Six digits, each run of them as likely as any other. */
  digits(): string;
  /** In place of {@link codeHash} where there are no digits. */
  nothing(): string;
  /** Only who has the request's own id opens it again. */
  sealTyped(request: string, typed: Remembered): Uint8Array<ArrayBuffer>;
  openTyped(request: string, sealed: Uint8Array): Remembered;
}

/** @param options.key 32 bytes, for this purpose alone: without it six digits would be found by trying a million. */
export function createViewKeys({ key, runtime }: { key: Uint8Array; runtime: Runtime }): ViewKeys {
  const secret = createSecretKey(key);
  const mac = (purpose: string, text: string) => createHmac('sha256', secret).update(`${purpose}\n${text}`);
  const typedKey = (request: string): Uint8Array => mac('typed', request).digest();
  return {
    addressKey: (email) => mac('address', email).digest('hex'),
    codeHash: (requestHash, digits) => mac('code', `${requestHash}\n${digits}`).digest('hex'),
    digits() {
      for (;;) {
        const drawn = Buffer.from(runtime.randomBytes(4)).readUInt32BE();
        if (drawn < TOO_LARGE) return String(drawn % 1_000_000).padStart(6, '0');
      }
    },
    nothing: () => Buffer.from(runtime.randomBytes(32)).toString('hex'),
    sealTyped: (request, typed) => seal(typedKey(request), JSON.stringify(typed), 'order-view-request'),
    openTyped: (request, sealed) =>
      JSON.parse(Buffer.from(open(typedKey(request), sealed, 'order-view-request')).toString()) as Remembered,
  };
}
