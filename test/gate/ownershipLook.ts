import {
  answered,
  asCustomer,
  lookers,
  toldByColleagues,
  whoWrote,
  type Looker,
  type Owner,
  type Rule,
} from './ownershipRules.ts';
import type { Look, Outlet, Shown } from './ownershipOutlets.ts';
import { places, type OwnershipWorld, type Place } from './ownershipWorld.ts';
import type { ReadMail } from '../support/mail.ts';

/** What was looked at, counted in words: who may not see one must not, who is due it must. */
export interface Count {
  cells: number;
  leaked: number;
  seen: number;
  due: number;
  faults: string[];
}

const noCount = (): Count => ({ cells: 0, leaked: 0, seen: 0, due: 0, faults: [] });

interface Requested {
  status: number;
  headers: [string, string][];
  body: string;
}

/** Asks as somebody, and follows nowhere. */
async function request({ portal, headers }: OwnershipWorld, path: string, looker: Looker): Promise<Requested> {
  const asked = { ...headers[looker], 'accept-encoding': 'identity' };
  const response = await fetch(portal.url + path, { redirect: 'manual', headers: asked });
  return { status: response.status, headers: [...response.headers], body: await response.text() };
}

/** Asks every outlet as everybody, and compares what stands in each answer with the rules. */
export async function lookAround(world: OwnershipWorld, from: readonly Outlet[]): Promise<Count> {
  const count = noCount();
  for (const { name, looks, acting } of from) {
    await world.actIn(acting !== 'alone');
    const jobs = looks(world).flatMap((look) => lookers.map((looker) => ({ look, looker })));
    await inTurns(jobs, async ({ look, looker }) => {
      const text = textOf(await request(world, look.path, looker), look);
      judge(world, count, { where: `${name} ${look.path} as ${looker}`, text, looker, ...look });
    });
  }
  return count;
}

function textOf({ headers, body }: Requested, { echo, leads }: Look): string {
  if (leads) return headers.find(([name]) => name === 'location')?.[1]?.replace(/^.*return_to=.*$/, '') ?? '';
  // A calendar folds its lines.
  const all = `${JSON.stringify(headers)}\n${body.replaceAll('\r\n ', '')}`;
  return echo === undefined ? all : all.replaceAll(echo, '');
}

function judge(
  { objects }: OwnershipWorld,
  count: Count,
  { where, text, looker, of, shown }: { where: string; text: string; looker: Looker } & Pick<Look, 'of' | 'shown'>,
): void {
  for (const { owner, words } of objects) {
    const rules = shown.filter(({ rule }) => rule[looker].includes(owner));
    for (const place of places) {
      const isThere = text.includes(words[place]);
      const may = rules.some(({ due, also = [] }) => [...due, ...also].includes(place));
      const isDue = (of ?? owner) === owner && isPlanted(owner, place) && rules.some(({ due }) => due.includes(place));
      count.cells += 1;
      if (isDue) count.due += 1;
      if (isDue && isThere) count.seen += 1;
      if (isThere && !may) count.leaked += 1;
      if (isThere ? !may : isDue)
        count.faults.push(`${where}: ${owner}'s ${place} ${isThere ? 'is seen' : 'is missing'}`);
    }
  }
}

/** A colleague wrote in the tickets of the company alone. */
const isPlanted = (owner: Owner, place: Place): boolean => place !== 'shared' || !['stranger', 'guest'].includes(owner);

const nothing: Rule = Object.fromEntries(lookers.map((looker) => [looker, []])) as unknown as Rule;

/** The mails, by whom they went to, since somebody left; what was mailed before that was theirs. */
export function lookAtMails(world: OwnershipWorld): Count {
  const count = noCount();
  const { before, since } = world.mails;
  const toGuest: Rule = { ...nothing, unverified: ['guest'] };
  const orders: Shown[] = [
    {
      rule: { ...asCustomer, colleagueAll: [], manager: [] },
      due: ['number', 'product', 'deliverTo'],
      also: ['reference'],
    },
    { rule: toGuest, due: ['number'] },
  ];
  const tickets: Shown[] = [
    { rule: answered, due: ['answer'], also: ['subject', 'message', 'shared'] },
    { rule: toldByColleagues, due: ['shared'], also: ['subject', 'message'] },
  ];
  const first: Shown[] = [{ rule: whoWrote, due: ['subject'] }];
  for (const [looker, address] of Object.entries(world.addresses) as [Looker, string][]) {
    const all = (mails: readonly ReadMail[]) =>
      mails.flatMap(({ to, subject, text, html }) => (to.includes(address) ? [subject, text, html] : [])).join('\n');
    judge(world, count, { where: `mails to ${looker}, before`, text: all(before), looker, shown: first });
    judge(world, count, { where: `mails to ${looker}`, text: all(since), looker, shown: [...orders, ...tickets] });
  }
  const known = new Set(Object.values(world.addresses));
  for (const { to, subject } of [...before, ...since]) {
    if (![...known].some((address) => to.includes(address)))
      count.faults.push(`A mail to nobody we know: ${to}, ${subject}`);
  }
  return count;
}

/** Somebody's object and one that never was, asked for by everybody who may not see it: differences of the answers. */
export async function unlikeUnknown(world: OwnershipWorld, rule: { order: Rule; ticket: Rule; file: Rule }) {
  const different: string[] = [];
  let pairs = 0;
  const others = world.objects.filter(({ owner }) => owner === 'stranger' || owner === 'left');
  for (const { owner, words, ticket, file } of others) {
    const ways = [
      ...['/en/orders/', '/api/v1/orders/'].map((path) => ['order', path, words.number, 'KW-79999'] as const),
      ...['/en/search?q=', '/en/ask?order='].map((path) => ['order', path, words.number, 'KW-79999'] as const),
      ...['/en/tickets/', '/api/v1/tickets/'].map((path) => ['ticket', path, ticket, 'W-2999'] as const),
      ['file', '/files/', file, [...file].toReversed().join('')] as const,
    ];
    const jobs = ways.flatMap((way) => lookers.map((looker) => ({ way, looker })));
    await inTurns(jobs, async ({ way: [kind, path, name, unknown], looker }) => {
      if (rule[kind][looker].includes(owner)) return;
      const [one, other] = [await request(world, path + name, looker), await request(world, path + unknown, looker)];
      pairs += 1;
      if (bytesOf(one, name) !== bytesOf(other, unknown))
        different.push(`${path}${name} as ${looker}: ${one.status} and ${other.status}`);
    });
  }
  return { different, pairs };
}

/** What differs between any two answers: the random ids that inquiries, forms and refusals are given. */
const random = /inquiry(?:=|%3D)"?[\w-]{22}|value="(?:[\w-]{22}|[\w-]{24})"|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g;

function bytesOf({ status, headers, body }: Requested, name: string): string {
  const kept = headers.filter(([header]) => !['date', 'x-request-id'].includes(header));
  const id = headers.find(([header]) => header === 'x-request-id')?.[1] ?? '-';
  const all = JSON.stringify([status, kept, body.replaceAll(id, '')]).replaceAll('\\"', '"');
  return all.replaceAll(name, '').replaceAll(name.toLowerCase(), '').replaceAll(random, '');
}

const AT_ONCE = 4;

async function inTurns<T>(jobs: readonly T[], work: (job: T) => Promise<void>): Promise<void> {
  const open = [...jobs];
  const worker = async () => {
    for (let job = open.shift(); job !== undefined; job = open.shift()) await work(job);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** {@link Count} of both. */
export function sumOf(one: Count, other: Count): Count {
  return {
    ...{ cells: one.cells + other.cells, leaked: one.leaked + other.leaked },
    ...{ seen: one.seen + other.seen, due: one.due + other.due, faults: [...one.faults, ...other.faults] },
  };
}
