import type { Locale } from '../../src/platform/i18n/index.ts';
import type { TestPerson, TestPortal } from '../support/portal.ts';
import type { State } from './states.ts';

/** Whoever belongs to a company's account, or is asked to. */
export type CompanyPerson = 'owner' | 'member' | 'invited';

export interface CompanyScene {
  people: Record<CompanyPerson, TestPerson>;
  accountId: string;
  memberId: string;
  ownerId: string;
  invitation: string;
  /** A ticket of the owner that the member reads. */
  ticket: string;
}

/** A company with a very long name, its owner, a member who reads all, and an invitation that waits. */
export async function makeCompanyScene(portal: TestPortal, locale: Locale): Promise<CompanyScene> {
  const { app } = portal;
  const operator = { kind: 'operator' } as const;
  const people = {
    owner: await portal.person(`Olga Okonkwo-Featherstonehaugh-Cholmondeley ${locale}`),
    member: await portal.person(`Mem ${locale}`),
    invited: await portal.person(`Ina ${locale}`),
  };
  const ids = Object.values(people).map(({ id }) => id);
  await app.database.db.updateTable('person').set({ locale }).where('id', 'in', ids).execute();
  const name = `Harbour Lane Hotels and Guesthouses of the Northern Coast and Islands ${locale}`;
  const { accountId } = await app.accounts.addAccount(operator, { name, externalId: `C-${locale}` });
  await app.accounts.addMember(operator, { accountId, personId: people.owner.id, role: 'owner' });
  await app.accounts.addMember(operator, { accountId, personId: people.member.id, role: 'member' });
  const viewer = ({ cookie }: TestPerson) => app.accounts.viewerOf({ headers: new Headers({ cookie }) });
  for (const person of [people.owner, people.member]) await app.accounts.actIn(await viewer(person), accountId);
  const owner = await viewer(people.owner);
  const seat = { role: 'member', orders: 'own', tickets: 'all' };
  await app.accounts.changeMember(owner, accountId, people.member.id, seat);
  await app.accounts.inviteMember(owner, accountId, { email: people.invited.email, ...seat });
  const { invitations } = await app.accounts.members(owner, accountId);
  const client = { address: '127.0.0.1', userAgent: null };
  const input = { subject: 'Of the company', body: 'Everybody may read it.', share: 'account' };
  const { number } = await app.escalate({ viewer: owner, client, locale, channel: 'web', input, key: null });
  const found = { memberId: people.member.id, ownerId: people.owner.id };
  return { people, accountId, ...found, invitation: invitations[0]?.id ?? '', ticket: number };
}

/** Every page and state of companies. @param openFolds opens whatever is folded. */
export function companyStates(scene: CompanyScene, locale: Locale, openFolds: State['act'] & {}): State[] {
  const { accountId, memberId, ownerId, invitation, ticket } = scene;
  const members = `/${locale}/account/members`;
  const is = (name: string, who: State['who'], path: string, more: Partial<State> = {}): State => ({
    ...{ name, who, path },
    ...more,
  });
  const faulty = (form: Record<string, string>) => ({ form: { account: accountId, ...form }, status: 422 });
  return [
    is('members', 'owner', members, { act: openFolds }),
    is('members, as a member', 'member', members),
    is('members, of no account', 'invited', members),
    is('members, last owner', 'owner', members, faulty({ intent: 'remove', person: ownerId })),
    is('members, invited wrongly', 'owner', members, faulty({ intent: 'invite', email: 'nobody', role: 'member' })),
    is('members, changed wrongly', 'owner', members, faulty({ intent: 'change', person: memberId, role: 'king' })),
    is('account in a company', 'owner', `/${locale}/account`),
    is('account without a name', 'owner', `/${locale}/account`, faulty({ intent: 'locale', locale, name: '' })),
    is('ask for a company', 'owner', `/${locale}/ask`),
    is('tickets of a company', 'member', `/${locale}/tickets`),
    is('ticket of a colleague', 'member', `/${locale}/tickets/${ticket}`),
    is('invitation', 'invited', `/${locale}/invitation?id=${invitation}`),
    is('invitation of another', 'owner', `/${locale}/invitation?id=${invitation}`),
    is('invitation, nobody signed in', 'guest', `/${locale}/invitation?id=${invitation}`),
    is('invitation, over', 'guest', `/${locale}/invitation?id=gone`, { status: 410 }),
  ];
}
