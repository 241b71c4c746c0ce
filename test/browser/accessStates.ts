import type { PersonViewer } from '../../src/accounts/index.ts';
import type { Locale } from '../../src/platform/i18n/index.ts';
import { authenticator } from '../accounts/authenticator.ts';
import { readMail } from '../support/mail.ts';
import type { TestPerson, TestPortal } from '../support/portal.ts';
import type { State } from './states.ts';

const client = { address: '127.0.0.1', userAgent: 'test' };

/** Whoever is somewhere on the way of signing in, keeps who may, or acts for somebody. */
export type AccessPerson = 'administrator' | 'beginner' | 'secured' | 'halfway' | 'acting';

export interface AccessScene {
  people: Record<AccessPerson, TestPerson>;
  /** A colleague whose page is looked at, and one who left. */
  colleagueId: string;
  formerId: string;
  actedForId: string;
  invitation: string;
}

/** People with and without a second step, an open invitation, keys, a colleague who left and one who acts. */
export async function makeAccessScene(portal: TestPortal, locale: Locale): Promise<AccessScene> {
  const { app } = portal;
  const { accounts } = app;
  const operator = { kind: 'operator' } as const;
  const people = {
    administrator: await portal.person(`Robin Voss ${locale}`, 'administrator'),
    beginner: await portal.person(`Bea ${locale}`),
    secured: await portal.person(`Sue ${locale}`, 'agent'),
    halfway: await portal.person(`Hal ${locale}`),
    acting: await portal.person(`Ada ${locale}`, 'agent'),
  };
  const colleague = await portal.person(`Col ${locale}`, 'author');
  const former = await portal.person(`Foe ${locale}`, 'agent');
  const actedFor = await portal.person(`Tom ${locale}`);
  const ids = [...Object.values(people), colleague, former, actedFor].map(({ id }) => id);
  await app.database.db.updateTable('person').set({ locale }).where('id', 'in', ids).execute();
  await accounts.setRole(operator, { email: former.email, role: 'customer' });
  await begin(portal, people.beginner);
  await secure(portal, people.secured);
  await secure(portal, people.halfway);
  const first = await accounts.signIn(people.halfway, client);
  people.halfway.cookie = first.cookies.map((line) => line.split(';')[0]).join('; ');
  const reason = 'Asked on the telephone where the second parcel is';
  await accounts.beginActing(
    await viewerOf(portal, people.acting),
    { customerId: actedFor.id, reason },
    headersOf(people.acting),
  );
  await accounts.addKey(operator, { role: 'partner', name: `DHL ${locale}`, carrier: 'dhl-de' });
  const old = await accounts.addKey(operator, { role: 'system', name: `Old till ${locale}` });
  await accounts.revokeKey(operator, old.id);
  const email = `jo.${locale}@kitewood.example`;
  await accounts.inviteStaff(operator, { email, role: 'author', locale });
  await app.queue.runDue();
  const mail = portal
    .mails()
    .map(readMail)
    .find(({ to }) => to.includes(email));
  const link = mail?.links.find((each) => each.includes('/join?token=')) ?? '';
  return {
    people,
    colleagueId: colleague.id,
    formerId: former.id,
    actedForId: actedFor.id,
    invitation: new URL(link).searchParams.get('token') ?? '',
  };
}

const headersOf = ({ cookie }: TestPerson) => ({ headers: new Headers({ cookie }) });

async function viewerOf({ app }: TestPortal, person: TestPerson): Promise<PersonViewer> {
  const viewer = await app.accounts.viewerOf(headersOf(person));
  if (viewer.kind !== 'person') throw new Error('Nobody is signed in.');
  return viewer;
}

async function begin(portal: TestPortal, person: TestPerson): Promise<void> {
  const { password } = person;
  const request = { ...headersOf(person), client };
  await portal.app.accounts.beginSecondFactor(await viewerOf(portal, person), { password }, request);
}

/** Sets an authenticator app up. @returns what the app does, and the recovery codes. */
async function secure(portal: TestPortal, person: TestPerson) {
  const { accounts, runtime } = portal.app;
  await begin(portal, person);
  const viewer = await viewerOf(portal, person);
  const { pending } = await accounts.secondFactor(viewer, 'Kitewood');
  const app = authenticator(pending?.key ?? '');
  const request = { ...headersOf(person), client };
  const { codes } = await accounts.confirmSecondFactor(viewer, { code: app.codeAt(runtime.now()) }, request);
  return { app, codes };
}

/** Every page and state of access there is. */
export function accessStates(scene: AccessScene, locale: Locale): State[] {
  const { colleagueId, formerId, actedForId, invitation } = scene;
  const at = (path: string): string => `/${locale}${path}`;
  const is = (name: string, who: State['who'], path: string, more: Partial<State> = {}): State => ({
    ...{ name, who, path },
    ...more,
  });
  const faulty = (form: Record<string, string>) => ({ form, status: 422 });
  return [
    is('people', 'administrator', '/staff/people'),
    is('people, nobody found', 'administrator', '/staff/people?find=zeppelin'),
    is('people, rule refused', 'administrator', '/staff/people', {
      form: { intent: 'rule', role: 'administrator', required: 'yes' },
      status: 409,
    }),
    is('keys', 'administrator', '/staff/people?view=keys'),
    is('keys, faulty', 'administrator', '/staff/people', faulty({ intent: 'key', name: '' })),
    is('keys, shown once', 'administrator', '/staff/people', { form: { intent: 'key', name: 'ERP', role: 'system' } }),
    is('invitations', 'administrator', '/staff/people?view=invitations&done=invited'),
    is('invitations, faulty', 'administrator', '/staff/people', faulty({ intent: 'invite', email: 'x' })),
    is('people who left', 'administrator', '/staff/people?view=left'),
    is('colleague', 'administrator', `/staff/people/${colleagueId}?done=role`),
    is('colleague who left', 'administrator', `/staff/people/${formerId}`),
    is('act, before', 'agent', `/staff/customers/${actedForId}/act`),
    is('act, faulty', 'agent', `/staff/customers/${actedForId}/act`, faulty({ reason: '' })),
    is('acting', 'acting', at('/tickets')),
    is('acting, not theirs', 'acting', '/staff/tickets', { status: 403 }),
    is('security, off', 'customer', at('/account/security')),
    is('security, faulty', 'customer', at('/account/security'), faulty({ intent: 'begin', password: 'x' })),
    is('security, pending', 'beginner', at('/account/security')),
    is('security, wrong code', 'beginner', at('/account/security'), faulty({ intent: 'confirm', code: '000000' })),
    is('security, on', 'secured', at('/account/security?done=used')),
    is('security, off refused', 'secured', at('/account/security'), faulty({ intent: 'off', code: '000000' })),
    is('second step', 'halfway', at('/sign-in/code')),
    is('second step, recovery', 'halfway', at('/sign-in/code?with=recovery')),
    is('second step, wrong', 'halfway', at('/sign-in/code'), faulty({ code: '000000' })),
    is('second step, over', 'guest', at('/sign-in/code'), { status: 410 }),
    is('join', 'guest', at(`/join?token=${invitation}`)),
    is('join, faulty', 'guest', at('/join'), faulty({ token: invitation, name: '', password: 'x' })),
    is('join, over', 'guest', at('/join?token=unknown'), { status: 410 }),
  ];
}
