import type { Viewer } from '../accounts/index.ts';
import type { Application, CustomerRead } from '../app/index.ts';
import type { Form } from '../platform/http/index.ts';
import type { Translator } from '../platform/i18n/index.ts';
import type { FieldFault } from '../platform/refusal.ts';
import { fieldOf } from './submit.ts';

/** Does what a form of the customer's page asks for, by its `intent`. @returns what is said afterwards, see {@link doneWords}. */
export async function customerDeed(
  app: Pick<Application, 'accounts' | 'bridge'>,
  viewer: Viewer,
  customer: Pick<CustomerRead, 'id' | 'orders' | 'tickets'>,
  form: Form | null,
  key: string,
): Promise<'logged' | 'owner' | 'tier' | 'account' | 'fact' | 'unfact'> {
  const { accounts, bridge } = app;
  const { id: personId } = customer;
  const field = (name: string): string => fieldOf(form, name);
  switch (field('intent')) {
    case 'owner':
      await accounts.setOwner(viewer, personId, { owner: field('owner') });
      return 'owner';
    case 'tier':
      await accounts.setTier(viewer, personId, { tier: field('tier') });
      return 'tier';
    case 'account':
      await accounts.makeFirstOwner(viewer, personId, { account: field('account') });
      return 'account';
    case 'fact':
      await accounts.addFact(viewer, personId, { key: field('fact-key'), value: field('fact-value') });
      return 'fact';
    case 'unfact':
      await accounts.removeFact(viewer, personId, field('fact'));
      return 'unfact';
    default: {
      const contact = {
        kind: field('kind'),
        what: field('what'),
        about: named(customer, field('what')) ?? field('about'),
      };
      await bridge.customers.logContact(viewer, personId, contact, key);
      return 'logged';
    }
  }
}

/** Faults of a fact stand at its fields, which are not the only ones of the page called `key` and `value`. */
export function customerFault(intent: string): (fault: FieldFault) => FieldFault {
  return (fault) => (intent === 'fact' ? { ...fault, field: `fact-${fault.field}` } : fault);
}

/** What a contact is about unless its words name another: what is owed first, the oldest open ticket, the order that moves. */
export function contactAbout({ orders, tickets }: Pick<CustomerRead, 'orders' | 'tickets'>): string | null {
  const late = orders.find(({ whereabouts }) => whereabouts.state === 'late');
  const open = tickets.findLast(({ state }) => state === 'open' || state === 'waiting_for_you');
  return late?.number ?? open?.number ?? orders.find(({ moving }) => moving)?.number ?? null;
}

/** The ticket or order that a text names. */
function named({ orders, tickets }: Pick<CustomerRead, 'orders' | 'tickets'>, text: string): string | undefined {
  const words = text.toLowerCase();
  return [...tickets, ...orders].find(({ number }) => words.includes(number.toLowerCase()))?.number;
}

/** What was just done, in words. */
export function doneWords(tr: Translator, done: string | null, owner: string | undefined): string | undefined {
  if (done === 'logged') return tr.t('customers.log.done');
  if (done === 'fact') return tr.t('customers.known.done');
  if (done === 'unfact') return tr.t('customers.known.gone');
  if (done === 'account') return tr.t('customers.account.owner.done');
  if (done === 'tier') return tr.t('customers.tier.done');
  if (done !== 'owner') return undefined;
  return owner ? tr.t('customers.owner.done', { name: owner }) : tr.t('customers.owner.done.nobody');
}
