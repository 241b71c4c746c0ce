import {
  asCustomer,
  atTheDesk,
  orLookingAfter,
  owners,
  themselves,
  whoHolds,
  whoWrote,
  type Owner,
  type Rule,
} from './ownershipRules.ts';
import type { Owned, OwnershipWorld, Place } from './ownershipWorld.ts';

/** What an outlet shows to those whom a rule names. */
export interface Shown {
  rule: Rule;
  /** What must stand there. */
  due: readonly Place[];
  /** What may stand there besides. */
  also?: readonly Place[];
}

export interface Look {
  path: string;
  /** Whose things it is about; left out: everybody's. */
  of?: Owner;
  /** What whoever asks sends along, and may get back. */
  echo?: string;
  /** The answer is where it leads. */
  leads?: boolean;
  shown: readonly Shown[];
}

/** A way by which orders and tickets can be seen. */
export interface Outlet {
  name: string;
  /** Where it depends on whether one acts in the account or for oneself; left out: it makes no difference. */
  acting?: 'account' | 'alone';
  looks(world: OwnershipWorld): Look[];
}

const ofOrder = ['reference', 'deliverTo', 'product', 'invoice'] as const;
const ofTicket = ['subject', 'message', 'fileName', 'shared', 'answer'] as const;
const everything = ['number', ...ofOrder, ...ofTicket, 'note', 'file'] as const;

const each = (look: (owned: Owned) => Omit<Look, 'of'>) => (world: OwnershipWorld) =>
  world.objects.map((owned): Look => ({ ...look(owned), of: owned.owner }));
const order = (way: (number: string) => string, shown: readonly Shown[]) =>
  each(({ words }) => ({ path: way(words.number), echo: words.number, shown }));
const plain = (paths: readonly string[], ...shown: Shown[]) => paths.map((path): Look => ({ path, shown }));

const whole = { rule: orLookingAfter, due: ofOrder, also: ['number'] } as const;
const thread = { rule: asCustomer, due: ofTicket, also: ['number'] } as const;
const row = ['number', 'product'] as const;

/** The knowledge base and what programs read: nothing of anybody's stands there. */
const open = [
  ...['/en/feed.xml', '/zh-cn/feed.xml', '/sitemap.xml', '/llms.txt', '/robots.txt'],
  ...['/metrics', '/readyz', '/api/v1/openapi.json', '/en/orders/find', '/en/answered', '/en/nowhere'],
];

/** Every way there is, in an order in which no look leaves traces that a later one shows. */
export const outlets: readonly Outlet[] = [
  {
    name: 'what is kept, JSON',
    acting: 'account',
    looks: () =>
      plain(
        ['/api/v1/account/data'],
        { rule: themselves, due: [...ofTicket, 'number', ...ofOrder] },
        // What somebody wrote in another's ticket is theirs, too.
        { rule: { ...themselves, manager: ['own', 'colleague', 'left'] }, due: ['shared'] },
        { rule: atTheDesk, due: ['answer'] },
        { rule: whoWrote, due: ['number', 'subject', 'message', 'fileName'] },
      ),
  },
  {
    name: 'account pages',
    acting: 'account',
    looks: () =>
      plain(
        ['/en/account', '/en/account/security', '/en/account/members', '/en/account/data', '/zh-cn/account/data'],
        { rule: themselves, due: [], also: ['number', 'subject', 'deliverTo'] },
        { rule: whoWrote, due: [], also: ['number', 'subject'] },
      ),
  },
  {
    name: 'order page',
    looks: order((number) => `/en/orders/${number}`, [whole, { rule: asCustomer, due: ['subject'] }]),
  },
  {
    name: 'delivery.ics',
    looks: order(
      (number) => `/en/orders/${number}/delivery.ics`,
      [{ rule: orLookingAfter, due: ['deliverTo', 'product'], also: ['number'] }],
    ),
  },
  { name: 'order JSON', looks: order((number) => `/api/v1/orders/${number}`, [whole]) },
  {
    name: 'ask about an order',
    looks: order(
      (number) => `/en/ask?order=${number}&about=problem`,
      [{ rule: orLookingAfter, due: [], also: ['number', ...ofOrder] }],
    ),
  },
  {
    name: 'number typed into search',
    looks: each(({ words: { number } }) => ({
      ...{ path: `/en/search?q=${number}`, leads: true },
      shown: [{ rule: orLookingAfter, due: ['number'] }],
    })),
  },
  {
    name: 'search JSON',
    looks: each(({ words: { number } }) => ({ path: `/api/v1/search?locale=en&q=${number}`, echo: number, shown: [] })),
  },
  { name: 'ticket page', looks: each(({ ticket }) => ({ path: `/en/tickets/${ticket}`, shown: [thread] })) },
  { name: 'ticket JSON', looks: each(({ ticket }) => ({ path: `/api/v1/tickets/${ticket}`, shown: [thread] })) },
  {
    name: 'file',
    looks: each(({ file }) => ({
      path: `/files/${file}`,
      shown: [{ rule: orLookingAfter, due: ['file', 'fileName'] }],
    })),
  },
  {
    name: 'mailed link to an order',
    looks: ({ links }) =>
      owners.flatMap((of) => {
        const shown = [{ rule: whoHolds(of), due: ofOrder, also: ['number'] }] as const;
        return links[of] === undefined ? [] : [{ path: `/en/orders/view/${links[of]}`, of, shown }];
      }),
  },
  ...(['account', 'alone'] as const).flatMap((acting): Outlet[] => {
    const rule = acting === 'account' ? asCustomer : themselves;
    return [
      { name: `orders, ${acting}`, acting, looks: () => plain(['/en/orders', '/zh-cn/orders'], { rule, due: row }) },
      { name: `orders JSON, ${acting}`, acting, looks: () => plain(['/api/v1/orders'], { rule, due: row }) },
      {
        ...{ name: `orders found, ${acting}`, acting },
        looks: each(({ words }) => ({
          ...{ path: `/en/orders?find=${words.product}`, echo: words.product },
          shown: [{ rule, due: ['number'] }],
        })),
      },
      {
        ...{ name: `home, ${acting}`, acting },
        looks: () => plain(['/en/', '/zh-cn/'], { rule, due: ['subject'], also: ['number'] }),
      },
      {
        ...{ name: `tickets, ${acting}`, acting },
        looks: () => plain(['/en/tickets', '/zh-cn/tickets'], { rule, due: ['subject'], also: ['number'] }),
      },
      {
        ...{ name: `tickets JSON, ${acting}`, acting },
        looks: () => plain(['/api/v1/tickets'], { rule, due: ['subject', 'number'] }),
      },
    ];
  }),
  { name: 'open to everybody', looks: () => plain(open) },
  {
    name: 'desk, ticket',
    looks: each(({ ticket }) => ({
      ...{ path: `/staff/tickets/${ticket}` },
      shown: [{ rule: atTheDesk, due: [...ofTicket, 'note'], also: everything }],
    })),
  },
  {
    name: 'desk, order',
    looks: order((number) => `/staff/orders/${number}`, [{ rule: atTheDesk, due: ofOrder, also: everything }]),
  },
  {
    name: 'desk, customer',
    looks: each(({ personId }) => ({
      path: `/staff/customers/${personId}`,
      shown: [{ rule: atTheDesk, due: ['subject'], also: everything }],
    })),
  },
  {
    name: 'desk, queue',
    looks: () => plain(['/staff/tickets'], { rule: atTheDesk, due: ['subject'], also: everything }),
  },
];
