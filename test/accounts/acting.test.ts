import { beforeEach, expect, it } from 'vitest';
import { actorOf, authorize, may, operator, type PersonViewer, type Role } from '../../src/accounts/index.ts';
import { asRefusal } from '../../src/platform/refusal.ts';
import { eachDatabase } from '../support/databases.ts';
import { client, cookieHeaders, openPortal, password, refusalOf, type Portal } from './portal.ts';

const MINUTE = 60_000;
const reason = 'She could not open her invoice on the telephone';

eachDatabase('accounts: acting for a customer', (source) => {
  let portal: Portal;
  let ravi: { id: string; viewer: PersonViewer; cookies: string[]; headers: Headers };
  let mei: typeof ravi;

  async function signedIn(email: string, role: Role) {
    const id = await portal.person(email, role);
    const { cookies } = await portal.accounts.signIn({ email, password }, client);
    return { id, viewer: await viewerOf(cookies), cookies, headers: cookieHeaders(cookies) };
  }

  async function viewerOf(cookies: string[]): Promise<PersonViewer> {
    const viewer = await portal.viewer(cookies);
    if (viewer.kind !== 'person') throw new Error('Nobody is signed in.');
    return viewer;
  }

  beforeEach(async () => {
    portal = await openPortal(source);
    ravi = await signedIn('ravi@kitewood.example', 'agent');
    mei = await signedIn('mei@kitewood.example', 'customer');
  });

  const begin = (by = ravi, customerId = mei.id, why = reason) =>
    portal.accounts.beginActing(by.viewer, { customerId, reason: why }, { headers: by.headers });

  it('lets the session be the customer, in that session alone, until its colleague ends it', async () => {
    const { accounts } = portal;
    const elsewhere = await accounts.signIn({ email: 'ravi@kitewood.example', password }, client);
    await begin();
    const acting = await viewerOf(ravi.cookies);
    expect(acting).toMatchObject({
      personId: mei.id,
      email: 'mei@kitewood.example',
      role: 'customer',
      verified: true,
      actedBy: { personId: ravi.id },
    });
    expect(actorOf(acting)).toBe(`staff:${ravi.id}`);
    expect(await viewerOf(elsewhere.cookies)).toMatchObject({ personId: ravi.id, role: 'agent' });
    expect(await accounts.endActing(ravi.headers)).toEqual({ customerId: mei.id });
    expect(await viewerOf(ravi.cookies)).toMatchObject({ personId: ravi.id, role: 'agent', actedBy: null });
    expect(await accounts.endActing(ravi.headers)).toEqual({ customerId: null });
    expect(portal.acted).toEqual(
      ['began', 'ended'].map((kind) => ({ kind, staffId: ravi.id, personId: mei.id, reason })),
    );
  });

  it('tells the customer who, when and why: in their account and by one mail', async () => {
    const { accounts } = portal;
    await begin();
    expect(portal.notices).toMatchObject([{ kind: 'mail.acting' }]);
    expect(await accounts.composeActing(portal.notices[0]?.id ?? '')).toMatchObject({
      to: 'mei@kitewood.example',
      colleague: 'Name of ravi@kitewood.example',
      reason,
    });
    expect(await accounts.actedFor(mei.viewer)).toMatchObject([
      { colleague: 'Name of ravi@kitewood.example', reason, isOver: false },
    ]);
    portal.later(5 * MINUTE);
    await accounts.signOut(ravi.headers);
    const [seen] = await accounts.actedFor(mei.viewer);
    expect(seen?.isOver).toBe(true);
    expect(Date.parse(seen?.endedAt ?? '') - Date.parse(seen?.beganAt ?? '')).toBeLessThan(6 * MINUTE);
  });

  it('ends by itself after an hour, and when its colleague may no longer', async () => {
    await begin();
    portal.later(60 * MINUTE);
    expect(await viewerOf(ravi.cookies)).toMatchObject({ personId: ravi.id, actedBy: null });
    await portal.accounts.sweep();
    await begin();
    await portal.accounts.setSecondFactorRule(operator, { role: 'agent', required: true });
    expect(await viewerOf(ravi.cookies)).toMatchObject({ personId: ravi.id, role: 'customer', actedBy: null });
    await portal.accounts.setSecondFactorRule(operator, { role: 'agent', required: false });
    await portal.accounts.setRole(operator, { email: 'mei@kitewood.example', role: 'author' });
    expect(await viewerOf(ravi.cookies)).toMatchObject({ personId: ravi.id, actedBy: null });
  });

  it('needs a reason, and is never for a colleague, a guest or nobody', async () => {
    const ana = await signedIn('ana@kitewood.example', 'author');
    const { personId: guest } = await portal.accounts.addPerson(operator, {
      ...{ email: 'guest@kitewood.example', name: 'Guest', role: 'customer', verified: false },
    });
    for (const why of ['', '  ', 'x'.repeat(201)]) {
      expect((await refusalOf(begin(ravi, mei.id, why))).fields[0]?.field).toBe('reason');
    }
    expect((await refusalOf(begin(ravi, ana.id))).code).toBe('forbidden');
    expect((await refusalOf(begin(ravi, ravi.id))).code).toBe('forbidden');
    expect((await refusalOf(begin(ravi, guest))).code).toBe('forbidden');
    expect((await refusalOf(begin(ravi, 'nonsense'))).code).toBe('not_found');
    expect((await refusalOf(begin(ana))).code).toBe('forbidden');
    expect((await refusalOf(begin(mei, ravi.id))).code).toBe('forbidden');
    expect(await portal.database.db.selectFrom('acting').select('id').execute()).toEqual([]);
    expect(portal.notices).toEqual([]);
  });

  it('opens nothing that is the customer’s alone', async () => {
    const { accounts } = portal;
    await begin();
    const acting = await viewerOf(ravi.cookies);
    const request = { headers: ravi.headers, client };
    const deeds: (() => Promise<unknown>)[] = [
      () => accounts.changePassword(acting, { current: password, password: 'four quite ordinary words' }, request),
      () => accounts.signOutEverywhere(acting),
      () => accounts.sessions(acting, ravi.headers),
      () => accounts.setLocale(acting, 'zh-cn'),
      () => accounts.secondFactor(acting, 'Kitewood'),
      () => accounts.beginSecondFactor(acting, { password }, request),
      () => accounts.confirmSecondFactor(acting, { code: '000000' }, request),
      () => accounts.renewRecoveryCodes(acting, { code: '000000' }, request),
      () => accounts.turnOffSecondFactor(acting, { password, code: '000000' }, request),
      () => accounts.colleagues(acting),
      () => accounts.staffPeople(acting),
      () => accounts.beginActing(acting, { customerId: mei.id, reason }, request),
    ];
    for (const deed of deeds) expect((await refusalOf(deed())).code).toBe('forbidden');
    expect(await viewerOf(mei.cookies)).toMatchObject({ personId: mei.id });
  });

  it('opens by the gate what is named there, and nothing besides', async () => {
    await begin();
    const acting = await viewerOf(ravi.cookies);
    const own = { personId: mei.id, accountId: null, confirmed: true };
    expect(may(acting, 'ticket.read', own)).toBe(true);
    expect(may(acting, 'ticket.answer', own)).toBe(true);
    expect(may(acting, 'article.read', { audience: 'customers', published: true })).toBe(true);
    // Colleagues read these, and customers do not.
    expect(may(acting, 'article.read', { audience: 'staff', published: true })).toBe(false);
    expect(may(acting, 'customer.read')).toBe(false);
    expect(may(acting, 'account.secure')).toBe(false);
    const unnamed = () => authorize(acting, 'account.of_tomorrow' as 'account.secure');
    try {
      unnamed();
      expect.unreachable();
    } catch (error) {
      expect(asRefusal(error)?.code).toBe('forbidden');
    }
  });
});
