import { randomBytes } from 'node:crypto';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import type { FaultSite } from './site.ts';

/** One thing a client wants written, and what it was told about it: the client's own log. */
export interface Write {
  kind: 'ticket' | 'answer';
  /** Stands in the ticket's subject or the answer's text, and nowhere else. */
  marker: string;
  /** Whose it is. */
  email: string;
  /** A ticket's own inquiry, by which its touch is found. */
  inquiry: string | null;
  /** The number of the ticket that is answered. */
  ticket: string | null;
  /** The `Idempotency-Key` of all tries. */
  key: string;
  /** The number or message id in each 2xx that was received to its end. */
  acknowledged: string[];
  /** Tries whose outcome the client never learned. */
  ambiguous: number;
}

export interface Clients {
  writes: readonly Write[];
  /** Answers that no fault explains, such as 500 or 422. */
  unexpected: readonly string[];
  acknowledged(): number;
  inFlight(): number;
  /** Tries refused in words, with 503 and `Retry-After`. */
  refusedForNow(): number;
  /** Writes, so many at once, until `stop` is called; resolves when every write is acknowledged or given up. */
  run(atOnce: number): Promise<void>;
  stop(): void;
}

interface Answer {
  status: number;
  retryAfter: string | undefined;
  body: { number?: string; id?: string };
}

/** What became of one try. Only after `unknown` there are two possible worlds. */
type Outcome = 'known' | 'unknown' | 'not sent';

const PAUSE_MS = 80;
const PATIENCE_MS = 20_000;
/** How often a client sends the same twice at once, and how often it gives up when it does not know the outcome. */
const TWINS = 0.1;
const GIVE_UP = 0.05;

/**
 * Clients of the JSON interface: customers who signed in, and a machine that opens tickets for people without an
 * account. An ambiguous try is made again with the same key.
 * @param through where requests go; the portal itself, or a proxy with a planted bug before it.
 */
export async function createClients(
  site: FaultSite,
  random: () => number,
  through: string = site.publicUrl,
): Promise<Clients> {
  const agent = new Agent({ keepAlive: true, maxSockets: 200 });
  const cookies = new Map<string, string>();
  const writes: Write[] = [];
  const unexpected: string[] = [];
  const counts = { acknowledged: 0, inFlight: 0, refused: 0 };
  let stopped = false;
  for (const { email, password } of site.customers) {
    cookies.set(email, await signIn(site.publicUrl, email, password));
  }

  function nextWrite(): Write {
    const marker = `m${writes.length}-${randomBytes(6).toString('hex')}`;
    const customer = site.customers[Math.floor(random() * site.customers.length)]?.email ?? '';
    const key = `key-${marker}`;
    const own = writes.filter((write) => write.kind === 'ticket' && write.email === customer && write.acknowledged[0]);
    const answered = random() < 0.35 ? own[Math.floor(random() * own.length)] : undefined;
    const shared = { marker, key, acknowledged: [], ambiguous: 0 };
    if (answered) {
      const ticket = answered.acknowledged[0] ?? null;
      return { ...shared, kind: 'answer', email: customer, inquiry: null, ticket };
    }
    const email = random() < 0.4 ? `guest-${marker}@example.com` : customer;
    return { ...shared, kind: 'ticket', email, inquiry: randomBytes(16).toString('base64url'), ticket: null };
  }

  async function send(write: Write): Promise<Answer | 'unknown' | 'not sent'> {
    const cookie = cookies.get(write.email);
    const path = write.ticket === null ? '/api/v1/tickets' : `/api/v1/tickets/${write.ticket}/messages`;
    const body =
      write.kind === 'answer'
        ? { body: write.marker }
        : { subject: write.marker, body: write.marker, inquiry: write.inquiry, email: write.email, name: 'Guest' };
    counts.inFlight += 1;
    try {
      return await post(agent, `${through}${path}`, JSON.stringify(body), {
        'content-type': 'application/json',
        'idempotency-key': write.key,
        ...(cookie ? { cookie, origin: site.publicUrl } : { authorization: `Bearer ${site.systemKey}` }),
      });
    } finally {
      counts.inFlight -= 1;
    }
  }

  async function attempt(write: Write): Promise<Outcome> {
    const answer = await send(write);
    if (answer === 'not sent') return answer;
    if (answer === 'unknown') {
      write.ambiguous += 1;
      return answer;
    }
    if (answer.status === 503 && Number(answer.retryAfter) > 0) {
      counts.refused += 1;
      return 'not sent';
    }
    const told = answer.body.number ?? answer.body.id;
    if (answer.status === 201 && told !== undefined) {
      write.acknowledged.push(told);
      if (write.acknowledged.length === 1) counts.acknowledged += 1;
      return 'known';
    }
    unexpected.push(`${write.kind} ${write.marker}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return 'known';
  }

  async function see(write: Write): Promise<void> {
    for (let known = false; !known;) {
      const outcomes = await Promise.all([attempt(write), ...(random() < TWINS ? [attempt(write)] : [])]);
      known = outcomes.includes('known');
      if (!known && outcomes.includes('unknown') && random() < GIVE_UP) break;
      if (!known) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * (0.5 + random())));
    }
  }

  return {
    writes,
    unexpected,
    acknowledged: () => counts.acknowledged,
    inFlight: () => counts.inFlight,
    refusedForNow: () => counts.refused,
    async run(atOnce) {
      await Promise.all(
        Array.from({ length: atOnce }, async () => {
          while (!stopped) {
            const write = nextWrite();
            writes.push(write);
            await see(write);
          }
        }),
      );
      agent.destroy();
    },
    stop: () => {
      stopped = true;
    },
  };
}

async function signIn(origin: string, email: string, password: string): Promise<string> {
  const response = await fetch(`${origin}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({ email, password }),
  });
  if (!response.ok) throw new Error(`${email} cannot sign in: ${response.status} ${await response.text()}`);
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}

/** An answer counts when all of it was received. */
function post(
  agent: Agent,
  url: string,
  body: string,
  headers: Record<string, string>,
): Promise<Answer | 'unknown' | 'not sent'> {
  return new Promise((resolve) => {
    const request = httpRequest(url, { method: 'POST', agent, headers, timeout: PATIENCE_MS }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('error', () => resolve('unknown'));
      response.on('close', () => resolve(response.complete ? answerOf(response, text) : 'unknown'));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', (error) => {
      resolve('code' in error && error.code === 'ECONNREFUSED' ? 'not sent' : 'unknown');
    });
    request.end(body);
  });
}

function answerOf({ statusCode = 0, headers }: IncomingMessage, text: string): Answer {
  const answer = { status: statusCode, retryAfter: headers['retry-after'] };
  try {
    return { ...answer, body: JSON.parse(text) as Answer['body'] };
  } catch {
    return { ...answer, body: {} };
  }
}
