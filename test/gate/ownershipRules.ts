/**
 * Who may see what of whose, written down from the rules and not from the code: orders and tickets belong to proven
 * addresses; what is a company's is seen by its people as far as its owner chose, and by nobody who has left it; colleagues
 * who look after customers see all of it at the desk.
 */

/** Who looks. `agent` is the control: one who may. */
export const lookers = [
  ...(['anonymous', 'unverified', 'own', 'colleagueOwn', 'colleagueAll', 'manager'] as const),
  ...(['left', 'stranger', 'author', 'systemKey', 'agent'] as const),
] as const;
export type Looker = (typeof lookers)[number];

/**
 * Whose things they are: `own` and `colleague` asked and ordered for one company, `left` did before leaving it, `guest`
 * has never proven the address.
 */
export const owners = ['own', 'colleague', 'stranger', 'guest', 'left'] as const;
export type Owner = (typeof owners)[number];

/** Whose things each of them sees. */
export type Rule = Readonly<Record<Looker, readonly Owner[]>>;

const company = ['own', 'colleague', 'left'] as const;
const nobody: Rule = {
  ...{ anonymous: [], unverified: [], own: [], colleagueOwn: [], colleagueAll: [], manager: [] },
  ...{ left: [], stranger: [], author: [], systemKey: [], agent: [] },
};

/** As a customer. */
export const asCustomer: Rule = {
  ...nobody,
  ...{ own: ['own'], colleagueOwn: ['colleague'], colleagueAll: company, manager: company, stranger: ['stranger'] },
};

/** As a customer, and who looks after customers. */
export const orLookingAfter: Rule = { ...asCustomer, agent: owners };

/** At the desk. */
export const atTheDesk: Rule = { ...nobody, agent: owners };

/** What somebody ordered and asked themselves, as long as it is theirs. */
export const themselves: Rule = { ...nobody, own: ['own'], colleagueOwn: ['colleague'], stranger: ['stranger'] };

/** What somebody wrote stays something that is kept about them, also when they leave. */
export const whoWrote: Rule = { ...themselves, left: ['left'] };

/** Whoever holds what was mailed to the owner's address. */
export const whoHolds = (owner: Owner): Rule =>
  Object.fromEntries(lookers.map((looker) => [looker, [owner]])) as unknown as Rule;

/** Who is mailed the company's answer to a question: who asked it and who wrote in it, as long as they may read it. */
export const answered: Rule = {
  ...nobody,
  ...{ own: ['own'], colleagueOwn: ['colleague'], manager: company, stranger: ['stranger'] },
};

/** Who is mailed what a colleague wrote beside them. */
export const toldByColleagues: Rule = { ...nobody, own: ['own'], colleagueOwn: ['colleague'] };
