import { randomUUID } from 'node:crypto';
import {
  ConnectorRefusal,
  type Connector,
  type OperationContext,
  type RetrySafety,
} from '../../src/crm-bridge/index.ts';

export interface RecordingConnectorOptions {
  url: string;
  /** A planted bug: each try has a key of its own, so that the CRM cannot know a second one. */
  freshKeys: boolean;
}

const byKey: RetrySafety = { means: 'key', windowSeconds: Infinity, lagSeconds: 0, atomic: true };

/** A connector that hands each operation to the recording CRM (`crm.ts`) over HTTP, under the operation's key. */
export function recordingConnector({ url, freshKeys }: RecordingConnectorOptions): Connector {
  async function send(operation: object, { key, fetch, signal }: OperationContext): Promise<string> {
    const response = await fetch(`${url}/operations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': freshKeys ? randomUUID() : key },
      body: JSON.stringify(operation),
      signal,
    });
    if (response.status === 503) {
      throw new ConnectorRefusal('later', 'The CRM is busy.', Number(response.headers.get('retry-after')));
    }
    if (!response.ok) throw new Error(`The CRM answered ${response.status}.`);
    return ((await response.json()) as { reference: string }).reference;
  }

  return {
    name: 'recording',
    capabilities: { appendMessage: true, setState: true },
    retry: { openCase: byKey, appendMessage: byKey, setState: byKey },
    steers: true,
    mailsCustomer: false,
    openCase: async ({ ticketNumber, subject, body }, context) => ({
      reference: await send({ verb: 'open', ticket: ticketNumber, subject, body }, context),
      url: null,
    }),
    appendMessage: async (reference, { messageId, body }, context) => {
      await send({ verb: 'message', reference, message: messageId, body }, context);
    },
    setState: async (reference, state, context) => {
      await send({ verb: 'state', reference, state }, context);
    },
  };
}
