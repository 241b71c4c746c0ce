import type { Write } from './clients.ts';
import type { CrmEntry } from './crm.ts';

/** A row as the database gives it. */
export type Row = Readonly<Record<string, unknown>>;

/** Everything the auditor believes: tables, the clients' log and the CRM's journal. Of the code it knows nothing. */
export interface Evidence {
  /** SQL that both databases understand. */
  query(sql: string): Promise<Row[]>;
  /** What the database says of its own files; empty when they are sound. */
  damage(): Promise<string[]>;
  writes: readonly Write[];
  journal: readonly CrmEntry[];
  /** Subjects of the mails that went out. */
  mails: readonly string[];
}

/** A broken promise. */
export interface Finding {
  promise:
    | 'acknowledged is stored' // lost otherwise
    | 'stored once'
    | 'one key, one answer'
    | 'all or nothing'
    | 'numbers are unique and without gaps'
    | 'touches are sealed without gaps'
    | 'nothing that nobody asked for'
    | 'in the CRM once'
    | 'nothing in the CRM without its row'
    | 'the CRM has our order'
    | 'every operation ends'
    | 'one mail a ticket'
    | 'the database is sound';
  what: string;
}

/** Compares what was acknowledged, what is stored and what the CRM has, after all faults ended and the queue ran dry. */
export async function audit(evidence: Evidence): Promise<Finding[]> {
  const findings: Finding[] = [];
  const find = (promise: Finding['promise'], what: string): void => void findings.push({ promise, what });
  const stored = await readStored(evidence);
  auditTickets(evidence, stored, find);
  auditAnswers(evidence, stored, find);
  auditCrm(evidence, stored, find);
  auditJobs(stored, find);
  auditSeals(stored, find);
  for (const damage of await evidence.damage()) find('the database is sound', damage);
  return findings;
}

type Find = (promise: Finding['promise'], what: string) => void;

interface Stored {
  tickets: { id: string; number: number; subject: string; inquiry: string | null; confirmed: boolean }[];
  messages: { id: string; ticket: string; seq: number; body: string; author: string }[];
  touches: { type: string; inquiry: string | null; subject: string | null }[];
  links: { ticket: string; reference: string }[];
  jobs: { key: string; state: string; error: string }[];
  inquiries: Map<string, string>;
  counter: number;
  /** Sealed touches, the last number of one, and the last that a seal covers. */
  sealed: { count: number; last: number; covered: number };
  /** How many answers each person wrote, and how many touches of answering stand under each person's name. */
  answersOf: Map<string, number>;
  answerTouchesOf: Map<string, number>;
}

async function readStored({ query }: Evidence): Promise<Stored> {
  const text = (value: unknown): string => String(value);
  const optional = (value: unknown): string | null => (value === null ? null : String(value));
  const counted = (rows: Row[]) => new Map(rows.map((row) => [text(row['person_id']), Number(row['n'])]));
  return {
    tickets: (await query('select * from ticket order by number')).map((row) => ({
      ...{ id: text(row['id']), number: Number(row['number']), subject: text(row['subject']) },
      ...{ inquiry: optional(row['inquiry']), confirmed: row['confirmed_at'] !== null },
    })),
    messages: (await query('select * from message order by seq')).map((row) => ({
      ...{ id: text(row['id']), ticket: text(row['ticket_id']), seq: Number(row['seq']) },
      ...{ body: text(row['body']), author: text(row['author']) },
    })),
    touches: (await query('select type, inquiry, subject from touch')).map((row) => ({
      ...{ type: text(row['type']), inquiry: optional(row['inquiry']), subject: optional(row['subject']) },
    })),
    links: (await query('select ticket_id, reference from case_link')).map((row) => ({
      ...{ ticket: text(row['ticket_id']), reference: text(row['reference']) },
    })),
    jobs: (await query('select key, state, last_error from job')).map((row) => ({
      ...{ key: text(row['key']), state: text(row['state']), error: text(row['last_error']) },
    })),
    inquiries: new Map(
      (await query('select id, outcome from inquiry')).map((row) => [text(row['id']), text(row['outcome'])]),
    ),
    counter: Number((await query("select value from counter where name = 'ticket'"))[0]?.['value'] ?? 0),
    sealed: await readSealed({ query }),
    answersOf: counted(
      await query(`select ticket.person_id, count(*) - count(distinct ticket.id) as n
        from ticket join message on message.ticket_id = ticket.id
        where message.author = 'customer' group by ticket.person_id`),
    ),
    answerTouchesOf: counted(
      await query(`select ticket.person_id, (select count(*) from touch join subject_key on subject_key.subject = touch.subject
          where subject_key.person_id = ticket.person_id and touch.type = 'ticket.answered') as n
        from ticket group by ticket.person_id`),
    ),
  };
}

async function readSealed({ query }: Pick<Evidence, 'query'>): Promise<Stored['sealed']> {
  const [row = {}] = await query(`select count(seq) as count, coalesce(max(seq), 0) as last,
    (select coalesce(max(last_seq), 0) from touch_seal) as covered from touch`);
  return { count: Number(row['count']), last: Number(row['last']), covered: Number(row['covered']) };
}

function auditSeals({ sealed: { count, last, covered } }: Stored, find: Find): void {
  if (count === last && last === covered) return;
  find('touches are sealed without gaps', `${count} touches up to ${last}, seals up to ${covered}`);
}

/** Each ticket with everything that belongs to it, once. */
function auditTickets({ writes, mails }: Evidence, stored: Stored, find: Find): void {
  const asked = new Map(writes.filter(({ kind }) => kind === 'ticket').map((write) => [write.marker, write]));
  const bySubject = Map.groupBy(stored.tickets, ({ subject }) => subject);
  const messages = Map.groupBy(stored.messages, ({ ticket }) => ticket);
  const opened = Map.groupBy(
    stored.touches.filter(({ type }) => type === 'ticket.opened'),
    ({ inquiry }) => inquiry,
  );
  for (const write of asked.values()) {
    const rows = bySubject.get(write.marker) ?? [];
    const about = `ticket ${write.marker}`;
    checkOnce(write, rows.length, about, find);
    for (const told of write.acknowledged) {
      if (rows[0] && told !== `W-${rows[0].number}`)
        find('one key, one answer', `${about}: the client was told ${told}, stored is W-${rows[0].number}`);
    }
    if (rows.length === 0 && opened.has(write.inquiry)) find('all or nothing', `${about}: only its touch is there`);
    const row = rows[0];
    if (!row) continue;
    const first = (messages.get(row.id) ?? []).filter(({ body }) => body === write.marker);
    if (first.length === 0) find('all or nothing', `${about}: its message is missing`);
    if (first.length > 1) find('stored once', `${about}: its message is there ${first.length} times`);
    const touches = opened.get(row.inquiry)?.length ?? 0;
    if (touches === 0) find('all or nothing', `${about}: its touch is missing`);
    if (touches > 1) find('stored once', `${about}: its touch is there ${touches} times`);
    if (stored.inquiries.get(row.inquiry ?? '') !== 'escalated')
      find('all or nothing', `${about}: its inquiry goes on`);
    const sent = mails.filter((subject) => new RegExp(`\\bW-${row.number}\\b`).test(subject)).length;
    if (row.confirmed && sent !== 1) find('one mail a ticket', `${about}: ${sent} mails`);
  }
  for (const { subject, number } of stored.tickets) {
    if (!asked.has(subject)) find('nothing that nobody asked for', `ticket W-${number}`);
  }
  const numbers = stored.tickets.map(({ number }) => number);
  const [first = 0, last = 0] = [numbers[0], numbers.at(-1)];
  if (new Set(numbers).size !== numbers.length) find('numbers are unique and without gaps', 'one number twice');
  if (numbers.length > 0 && (last - first + 1 !== numbers.length || stored.counter !== last)) {
    const range = `${numbers.length} tickets from ${first} to ${last}, counter ${stored.counter}`;
    find('numbers are unique and without gaps', range);
  }
}

function checkOnce({ acknowledged }: Write, rows: number, about: string, find: Find): void {
  if (acknowledged.length > 0 && rows === 0) find('acknowledged is stored', `${about} is lost`);
  if (rows > 1) find('stored once', `${about} is there ${rows} times`);
  if (new Set(acknowledged).size > 1) find('one key, one answer', `${about}: ${[...new Set(acknowledged)].join(', ')}`);
}

function auditAnswers({ writes }: Evidence, stored: Stored, find: Find): void {
  const answers = writes.filter(({ kind }) => kind === 'answer');
  const byBody = Map.groupBy(stored.messages, ({ body }) => body);
  const numbers = new Map(stored.tickets.map(({ id, number }) => [id, `W-${number}`]));
  for (const write of answers) {
    const rows = byBody.get(write.marker) ?? [];
    const about = `answer ${write.marker}`;
    checkOnce(write, rows.length, about, find);
    const row = rows[0];
    if (!row) continue;
    if (write.acknowledged.some((told) => told !== row.id))
      find('one key, one answer', `${about}: another id was told`);
    if (numbers.get(row.ticket) !== write.ticket) find('all or nothing', `${about} stands below another ticket`);
  }
  const known = new Set(writes.map(({ marker }) => marker));
  for (const { body, author } of stored.messages) {
    if (author === 'customer' && !known.has(body))
      find('nothing that nobody asked for', `message ${body.slice(0, 40)}`);
  }
  for (const [person, count] of stored.answersOf) {
    const touches = stored.answerTouchesOf.get(person) ?? 0;
    if (touches < count) find('all or nothing', `${count} answers of person ${person}, but ${touches} touches`);
    if (touches > count) find('stored once', `${count} answers of person ${person}, but ${touches} touches`);
  }
}

/** What the CRM has, against what we have: by content, not by keys, which could be wrong themselves. */
function auditCrm({ journal }: Evidence, stored: Stored, find: Find): void {
  const opened = Map.groupBy(
    journal.filter(({ verb }) => verb === 'open'),
    ({ ticket }) => ticket,
  );
  const links = Map.groupBy(stored.links, ({ ticket }) => ticket);
  const said = Map.groupBy(
    journal.filter(({ verb }) => verb === 'message'),
    ({ reference }) => reference,
  );
  const keys = journal.map(({ key }) => key);
  if (new Set(keys).size !== keys.length) find('in the CRM once', 'an operation was applied twice under one key');
  const messages = Map.groupBy(stored.messages, ({ ticket }) => ticket);
  const placed = new Map(journal.map((entry, place) => [entry, place]));
  const references = new Set<string>();
  for (const { id, number, subject } of stored.tickets) {
    const name = `W-${number}`;
    const cases = opened.get(name) ?? [];
    const link = links.get(id) ?? [];
    if (cases.length !== 1) find('in the CRM once', `${name} has ${cases.length} cases`);
    if (link.length !== 1) find('in the CRM once', `${name} has ${link.length} links to a case`);
    const [first] = cases;
    if (!first) continue;
    references.add(first.reference);
    if (first.subject !== subject) find('nothing in the CRM without its row', `the case of ${name} is about another`);
    if (link[0] && link[0].reference !== first.reference) find('in the CRM once', `${name} is linked to another case`);
    const ours = (messages.get(id) ?? []).filter(({ author }) => author === 'customer').slice(1);
    const theirs = cases.flatMap(({ reference }) => said.get(reference) ?? []);
    compareThreads(name, ours, theirs, find);
    if (theirs.some((entry) => (placed.get(entry) ?? 0) < (placed.get(first) ?? 0)))
      find('the CRM has our order', `${name}: a message came before its case`);
  }
  const numbers = new Set(stored.tickets.map(({ number }) => `W-${number}`));
  for (const ticket of opened.keys()) {
    if (!numbers.has(ticket ?? '')) find('nothing in the CRM without its row', `a case of ${String(ticket)}`);
  }
  for (const reference of said.keys()) {
    if (!references.has(reference)) find('nothing in the CRM without its row', `a message below ${reference}`);
  }
}

function compareThreads(name: string, ours: { id: string }[], theirs: CrmEntry[], find: Find): void {
  const local = ours.map(({ id }) => id);
  const applied = theirs.map(({ message }) => message ?? '');
  for (const id of local) {
    const times = applied.filter((other) => other === id).length;
    if (times !== 1) find('in the CRM once', `${name}: a message is there ${times} times`);
  }
  for (const id of applied) {
    if (!local.includes(id)) find('nothing in the CRM without its row', `${name}: message ${id}`);
  }
  const once = [...new Set(applied)].filter((id) => local.includes(id));
  const inOurOrder = local.filter((id) => once.includes(id));
  if (once.join() !== inOurOrder.join())
    find('the CRM has our order', `${name}: ${once.join()} for ${inOurOrder.join()}`);
}

function auditJobs({ jobs }: Stored, find: Find): void {
  for (const { key, state, error } of jobs) {
    if (state === 'parked') find('every operation ends', `${key} is parked: ${error}`);
    else if (state !== 'done') find('every operation ends', `${key} is ${state}`);
  }
}
