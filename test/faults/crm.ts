import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One operation as the CRM applied it. */
export interface CrmEntry {
  key: string;
  verb: 'open' | 'message' | 'state';
  /** The case it is about. */
  reference: string;
  /** Of `open`: the ticket's number and subject. */
  ticket?: string;
  subject?: string;
  /** Of `message`. */
  message?: string;
  body?: string;
  state?: string;
}

/** Shares of the calls that go wrong, 0 to 1. */
export interface CrmFaults {
  /** Applied, then the connection is cut before the answer. */
  cutAfter: number;
  /** Not applied: 503 with `Retry-After: 1`. */
  busy: number;
  /** The longest an answer is held back after applying, in milliseconds. */
  holdMs: number;
}

export interface RecordingCrm {
  url: string;
  /** In the order of applying; this list is what the auditor believes. */
  journal: readonly CrmEntry[];
  /** Calls that came with a key that had been applied before. */
  repeated(): number;
  faults: CrmFaults;
  /** Applies, but answers nobody until `release`. @returns how many calls are held, and their release. */
  hold(): { held(): number; release(): void };
  close(): Promise<void>;
}

/**
 * A CRM that takes operations over HTTP, applies each key once, and writes down what it applied. It lives in the
 * supervisor's process, which nobody kills.
 * @param random 0 to 1, for its faults.
 */
export async function startCrm(random: () => number): Promise<RecordingCrm> {
  const journal: CrmEntry[] = [];
  const known = new Map<string, string>();
  const faults: CrmFaults = { cutAfter: 0, busy: 0, holdMs: 0 };
  let repeated = 0;
  let gate: { held: number; opened: Promise<void> } | null = null;

  function apply(key: string, operation: Omit<CrmEntry, 'key'>): string {
    const before = known.get(key);
    if (before !== undefined) {
      repeated += 1;
      return before;
    }
    const reference = operation.verb === 'open' ? `C-${journal.length + 1}` : operation.reference;
    known.set(key, reference);
    journal.push({ ...operation, key, reference });
    return reference;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
    if (random() < faults.busy) return void response.writeHead(503, { 'retry-after': '1' }).end();
    const key = String(request.headers['idempotency-key'] ?? '');
    const reference = apply(key, JSON.parse(text) as Omit<CrmEntry, 'key'>);
    if (gate) {
      gate.held += 1;
      await gate.opened;
    }
    await new Promise((resolve) => setTimeout(resolve, random() * faults.holdMs));
    if (random() < faults.cutAfter) return void request.socket.destroy();
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ reference }));
  }

  const server = createServer((request, response) => {
    // A worker that was killed while it sent leaves half a request: nothing was applied.
    answer(request, response).catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    journal,
    repeated: () => repeated,
    faults,
    hold: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const mine = { held: 0, opened: promise };
      gate = mine;
      return {
        held: () => mine.held,
        release: () => {
          gate = null;
          resolve();
        },
      };
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
