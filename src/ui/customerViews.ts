import type { ListedCustomer } from '../app/index.ts';
import type { Channel, CustomerView } from '../crm-bridge/index.ts';
import { isMessageKey, type Moment, type Translator } from '../platform/i18n/index.ts';
import { withQuery } from './inquiry.ts';

/** The saved views of the customers' list, in the order of their tabs. */
export const customerViews: readonly CustomerView[] = ['late', 'waiting', 'mine', 'new', 'all'];

const channels: readonly Channel[] = ['web', 'mail', 'phone', 'sms', 'chat', 'shop', 'post', 'fax', 'partner', 'api'];

/** The channel that an address names; undefined for all. */
export function channelOf(name: string | null): Channel | undefined {
  return channels.find((channel) => channel === name);
}

/** What a list of customers is asked for. */
export interface CustomersAsked {
  view: CustomerView;
  find?: string | undefined;
  tier?: string | undefined;
  after?: string | undefined;
}

/** What an address asks for. Who is searched for is searched for among all. */
export function customersAsked(params: URLSearchParams): CustomersAsked {
  const find = params.get('find')?.trim().slice(0, 200) || undefined;
  const named = customerViews.find((view) => view === params.get('view'));
  const tier = params.get('tier') || undefined;
  const view = named ?? (find || tier ? 'all' : 'late');
  return {
    view: view === 'late' && (find || tier) ? 'all' : view,
    find,
    tier,
    after: params.get('after') || undefined,
  };
}

/** Where a list stands. */
export function customersPath({ view, find, tier, after }: CustomersAsked): string {
  return withQuery('/staff/customers', { view: view === 'late' ? undefined : view, find, tier, after });
}

/** What an empty list says, and the way on. */
export function emptyCustomers(tr: Translator, { view, find, tier }: CustomersAsked) {
  const all = { href: customersPath({ view: 'all' }), button: tr.t('customers.toAll') };
  if (find)
    return { title: tr.t('customers.empty.find.title'), text: tr.t('customers.empty.find', { query: find }), ...all };
  const words = { title: tr.t(`customers.empty.${view}.title`), text: tr.t(`customers.empty.${view}`) };
  return view === 'all' && !tier ? words : { ...words, ...all };
}

/** What is late for a customer: the first thing strong, how much more there is beside it. */
export function lateWords(tr: Translator, customer: ListedCustomer, now: number, view: CustomerView) {
  const [first, ...more] = customer.lateOrders;
  const since = customer.unansweredSince;
  const waits =
    since !== null && (view === 'late' || first) ? tr.t('customers.late.answer', { when: tr.shortDate(since) }) : null;
  if (!first) return waits === null ? null : { word: waits, note: null };
  const days = Math.floor((now - Date.parse(first.promisedAt)) / 86_400_000);
  const key = days < 1 ? 'customers.late.order.today' : 'customers.late.order';
  const rest = [
    ...(more.length > 0 ? [tr.t('customers.late.more', { count: more.length })] : []),
    ...(waits ? [waits] : []),
  ];
  return { word: tr.t(key, { number: first.number, days }), note: rest.length > 0 ? tr.list(rest) : null };
}

/** The channel of a contact, in a word. */
export function channelWord(tr: Translator, channel: string): string {
  const key = `staff.channel.${channel}`;
  return isMessageKey(key) ? tr.t(key) : channel;
}

/** When a contact was, as short as can be: the time today, else the day. */
export function contactMoment(tr: Translator, at: Moment, now: Moment): string {
  return tr.date(at) === tr.date(now) ? tr.time(at) : tr.day(at);
}
