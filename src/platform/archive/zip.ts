import { createDeflateRaw, crc32 } from 'node:zlib';

/** One file of an archive. */
export interface ZipEntry {
  /** Its path within, with slashes. */
  name: string;
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

const LIMIT = 0xffff_ffff;
/** Sizes follow the bytes; names are UTF-8. */
const FLAGS = 0x0808;
const DEFLATE = 8;

/**
 * A ZIP archive (APPNOTE 6.3, without its 64-bit extension) as it comes, each entry deflated: what every computer and phone
 * opens. No entry is ever whole in memory.
 * @param at when the entries were made, in milliseconds since 1970.
 * @throws RangeError when it grows beyond 4 GiB.
 */
export async function* zip(entries: AsyncIterable<ZipEntry>, at: number): AsyncGenerator<Buffer> {
  const directory: Buffer[] = [];
  let offset = 0;
  let count = 0;
  const time = dosTime(at);
  for await (const { name, bytes } of entries) {
    const begins = offset;
    const path = Buffer.from(name);
    const head = Buffer.concat([localHead(path, time), path]);
    yield head;
    offset += head.length;
    let crc = 0;
    let size = 0;
    let packed = 0;
    const deflated = deflate(bytes, (chunk) => {
      crc = crc32(chunk, crc);
      size += chunk.length;
    });
    for await (const chunk of deflated) {
      packed += chunk.length;
      yield chunk;
    }
    const descriptor = Buffer.alloc(16);
    descriptor.writeUInt32LE(0x08074b50, 0);
    writeSizes(descriptor, 4, { crc, packed, size });
    yield descriptor;
    offset += packed + descriptor.length;
    if (offset > LIMIT || size > LIMIT) throw new RangeError('The archive grows beyond 4 GiB.');
    directory.push(centralHead({ path, time, crc, packed, size, begins }), path);
    count += 1;
  }
  const central = Buffer.concat(directory);
  yield central;
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  yield end;
}

async function* deflate(bytes: ZipEntry['bytes'], seen: (chunk: Uint8Array) => void): AsyncGenerator<Buffer> {
  const packer = createDeflateRaw();
  const feeding = (async () => {
    for await (const chunk of bytes) {
      seen(chunk);
      if (!packer.write(chunk)) await new Promise<void>((resolve) => packer.once('drain', resolve));
    }
    packer.end();
  })();
  feeding.catch((error: unknown) => packer.destroy(error as Error));
  yield* packer as AsyncIterable<Buffer>;
  await feeding;
}

function localHead(path: Buffer, time: { time: number; date: number }): Buffer {
  const head = Buffer.alloc(30);
  head.writeUInt32LE(0x04034b50, 0);
  head.writeUInt16LE(20, 4);
  head.writeUInt16LE(FLAGS, 6);
  head.writeUInt16LE(DEFLATE, 8);
  head.writeUInt16LE(time.time, 10);
  head.writeUInt16LE(time.date, 12);
  head.writeUInt16LE(path.length, 26);
  return head;
}

interface Central {
  path: Buffer;
  time: { time: number; date: number };
  crc: number;
  packed: number;
  size: number;
  begins: number;
}

function centralHead({ path, time, begins, ...sizes }: Central): Buffer {
  const head = Buffer.alloc(46);
  head.writeUInt32LE(0x02014b50, 0);
  head.writeUInt16LE(20, 4);
  head.writeUInt16LE(20, 6);
  head.writeUInt16LE(FLAGS, 8);
  head.writeUInt16LE(DEFLATE, 10);
  head.writeUInt16LE(time.time, 12);
  head.writeUInt16LE(time.date, 14);
  writeSizes(head, 16, sizes);
  head.writeUInt16LE(path.length, 28);
  head.writeUInt32LE(begins, 42);
  return head;
}

function writeSizes(
  into: Buffer,
  at: number,
  { crc, packed, size }: { crc: number; packed: number; size: number },
): void {
  into.writeUInt32LE(crc, at);
  into.writeUInt32LE(packed, at + 4);
  into.writeUInt32LE(size, at + 8);
}

function dosTime(at: number): { time: number; date: number } {
  const moment = new Date(at);
  return {
    time: (moment.getUTCHours() << 11) | (moment.getUTCMinutes() << 5) | (moment.getUTCSeconds() >> 1),
    date: ((moment.getUTCFullYear() - 1980) << 9) | ((moment.getUTCMonth() + 1) << 5) | moment.getUTCDate(),
  };
}
