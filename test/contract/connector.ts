import { describe, expect, it } from 'vitest';
import type { CaseMessage, CaseRequest, Connector, OperationContext } from '../../src/crm-bridge/index.ts';

/** How the suite reaches the system behind a connector. */
export interface ConnectorUnderTest {
  connector: Connector;
  /** How many cases the system holds for a ticket; looked up on its own side, not through the connector. */
  casesOf(ticketNumber: string): Promise<number>;
  /** The public messages the case holds, oldest first. Missing when the connector appends none. */
  messagesOf?(reference: string): Promise<string[]>;
  /** The state the case is in, in the system's words. Missing when the connector writes none. */
  stateOf?(reference: string): Promise<string>;
}

/**
 * What every CRM connector promises. A plugin's test calls it with the plugin against its real system; a capability that
 * is declared missing is tested to be missing.
 */
export function testConnector(name: string, make: () => Promise<ConnectorUnderTest>): void {
  describe(`connector ${name}`, () => {
    it('has a name that can stand in keys, and says how each of its verbs is retried', async () => {
      const { connector } = await make();
      expect(connector.name).toMatch(/^[a-z][a-z0-9-]{0,39}$/);
      expect(connector.openCase).toBeTypeOf('function');
      expectVerb(connector, 'appendMessage', connector.capabilities.appendMessage);
      expectVerb(connector, 'setState', connector.capabilities.setState);
      for (const safety of Object.values(connector.retry)) {
        expect(['key', 'client-id', 'create-only', 'upsert', 'lookup', 'none']).toContain(safety.means);
        expect(safety.windowSeconds).toBeGreaterThan(0);
        expect(safety.lagSeconds).toBeGreaterThanOrEqual(0);
        // A look-up and then a write are two steps; nobody may claim that they are one.
        if (safety.means === 'lookup') expect(safety.atomic).toBe(false);
      }
    });

    it('opens one case for one operation, however often and however close together it is tried', async () => {
      const { connector, casesOf } = await make();
      const request = question('W-7001');
      const first = await connector.openCase(request, operation('open:1', 1));
      expect(first.reference).not.toBe('');
      expect(first.url === null || /^(https?:\/\/|\/)/.test(first.url)).toBe(true);
      expect(await connector.openCase(request, operation('open:1', 2))).toEqual(first);
      if (connector.retry.openCase.atomic) {
        const both = await Promise.all(
          [3, 4].map((attempt) => connector.openCase(request, operation('open:1', attempt))),
        );
        expect(both).toEqual([first, first]);
      }
      expect(await casesOf('W-7001')).toBe(1);
    });

    it('opens different cases for different tickets', async () => {
      const { connector } = await make();
      const one = await connector.openCase(question('W-7002'), operation('open:2', 1));
      const other = await connector.openCase(question('W-7003'), operation('open:3', 1));
      expect(one.reference).not.toBe(other.reference);
    });

    it('takes texts of any script and length that a ticket may have', async () => {
      const { connector } = await make();
      const text = `退货 🪑 <b>&amp; "quoted" ${'long '.repeat(3_000)}`;
      const request = { ...question('W-7004'), subject: text.slice(0, 200), body: text, orderNumber: 'KW-10023' };
      expect((await connector.openCase(request, operation('open:4', 1))).reference).not.toBe('');
    });

    it('appends a message once, in order, if it appends messages', async () => {
      const { connector, messagesOf } = await make();
      if (!connector.capabilities.appendMessage) return expect(connector.appendMessage).toBeUndefined();
      const { reference } = await connector.openCase(question('W-7005'), operation('open:5', 1));
      for (const [index, body] of ['first', 'second'].entries()) {
        const message: CaseMessage = { messageId: `m-${index}`, author: 'customer', authorName: 'Mei Lin', body };
        for (const attempt of [1, 2])
          await connector.appendMessage?.(reference, message, operation(`message:${index}`, attempt));
      }
      expect(await messagesOf?.(reference)).toEqual(['first', 'second']);
    });

    it('writes the state, again without harm, if it writes states', async () => {
      const { connector, stateOf } = await make();
      if (!connector.capabilities.setState) return expect(connector.setState).toBeUndefined();
      const { reference } = await connector.openCase(question('W-7006'), operation('open:6', 1));
      await connector.setState?.(reference, 'solved', operation('state:1', 1));
      const solved = await stateOf?.(reference);
      await connector.setState?.(reference, 'solved', operation('state:1', 2));
      expect(await stateOf?.(reference)).toBe(solved);
      await connector.setState?.(reference, 'open', operation('state:2', 1));
      expect(await stateOf?.(reference)).not.toBe(solved);
    });
  });
}

function expectVerb(connector: Connector, verb: 'appendMessage' | 'setState', declared: boolean): void {
  expect(connector[verb] !== undefined, `${verb} is there exactly when declared`).toBe(declared);
  expect(connector.retry[verb] !== undefined, `${verb} says how it is retried exactly when declared`).toBe(declared);
}

function question(ticketNumber: string): CaseRequest {
  return {
    ticketId: `0199-${ticketNumber}`,
    ticketNumber,
    subject: 'Two of eight headboards arrived with cracked edges',
    body: 'Six are perfect, two are split.',
    customer: { name: 'Mei Lin', email: 'mei@kitewood.example', verified: true },
    locale: 'en',
    orderNumber: null,
    story: ['Searched “cracked veneer”, unsure'],
  };
}

function operation(key: string, attempt: number): OperationContext {
  return { key, attempt, signal: AbortSignal.timeout(30_000), fetch: globalThis.fetch };
}
