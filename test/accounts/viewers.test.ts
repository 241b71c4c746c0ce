import { beforeAll, expect, it } from 'vitest';
import { anonymous, operator } from '../../src/accounts/index.ts';
import { eachDatabase } from '../support/databases.ts';
import { client, cookieHeaders, openPortal, password, refusalOf, type Portal } from './portal.ts';

eachDatabase('accounts: who asks', (source) => {
  let portal: Portal;
  let cookies: string[];
  beforeAll(async () => {
    portal = await openPortal(source);
    await portal.person('ravi@kitewood.example', 'agent');
    cookies = (await portal.accounts.signIn({ email: 'ravi@kitewood.example', password }, client)).cookies;
  });

  const bearer = (key: string, extra: string[] = []) => {
    const headers = cookieHeaders(extra);
    headers.set('authorization', `Bearer ${key}`);
    return { headers };
  };

  it('asks the database nothing for a stranger, and twice for somebody signed in: who, and where they stand', async () => {
    const before = portal.queries();
    expect(await portal.accounts.viewerOf({ headers: new Headers() })).toEqual(anonymous);
    expect(
      await portal.accounts.viewerOf({ headers: new Headers({ cookie: 'theme=dark; waypost.session_token=made.up' }) }),
    ).toEqual(anonymous);
    expect(portal.queries()).toBe(before);
    expect(await portal.viewer(cookies)).toMatchObject({ role: 'agent', verified: true });
    expect(portal.queries()).toBe(before + 2);
  });

  it('takes role and proof from the person at each request', async () => {
    const own = await openPortal(source);
    const id = await own.person('ana@kitewood.example', 'author');
    const session = (await own.accounts.signIn({ email: 'ana@kitewood.example', password }, client)).cookies;
    await own.accounts.setRole(operator, { email: 'ana@kitewood.example', role: 'agent' });
    expect(await own.viewer(session)).toMatchObject({ role: 'agent', verified: true });
    await own.database.db.updateTable('person').set({ verifiedAt: null }).where('id', '=', id).execute();
    expect(await own.viewer(session)).toMatchObject({ role: 'agent', verified: false });
  });

  it('lets a bearer key speak alone, beside any cookie', async () => {
    const { id, key } = await portal.accounts.addKey(operator, { role: 'partner', name: 'DHL', carrier: 'DHL' });
    expect(key).toMatch(/^wp_[\w-]{32}$/);
    const before = portal.queries();
    expect(await portal.accounts.viewerOf(bearer(key, cookies))).toEqual({
      kind: 'key',
      keyId: id,
      name: 'DHL',
      role: 'partner',
      carrier: 'DHL',
    });
    // The first call of a minute notes the key's use; no other writes.
    expect(portal.queries()).toBe(before + 2);
    await portal.accounts.viewerOf({ headers: new Headers({ authorization: `Bearer ${key}` }) });
    expect(portal.queries()).toBe(before + 3);
    expect(JSON.stringify(await portal.database.db.selectFrom('apiKey').selectAll().execute())).not.toContain(key);
    await portal.accounts.revokeKey(operator, id);
    expect((await refusalOf(portal.accounts.viewerOf(bearer(key, cookies)))).code).toBe('unauthenticated');
    for (const broken of ['', 'wp_', 'nonsense', 'wp_' + 'x'.repeat(5000), key.toUpperCase()]) {
      expect((await refusalOf(portal.accounts.viewerOf(bearer(broken, cookies)))).code).toBe('unauthenticated');
    }
    expect(await portal.accounts.listKeys(operator)).toMatchObject([{ id, name: 'DHL', carrier: 'DHL' }]);
    expect((await refusalOf(portal.accounts.revokeKey(operator, id))).code).toBe('not_found');
  });

  it('lets administrators alone give access', async () => {
    const own = await openPortal(source);
    await own.person('root@kitewood.example', 'administrator');
    await own.person('ravi@kitewood.example', 'agent');
    const viewer = async (email: string) =>
      own.viewer((await own.accounts.signIn({ email, password }, client)).cookies);
    const [root, ravi] = [await viewer('root@kitewood.example'), await viewer('ravi@kitewood.example')];
    const key = { role: 'system', name: 'Shop' } as const;
    expect((await own.accounts.addKey(root, key)).key).toMatch(/^wp_/);
    expect((await refusalOf(own.accounts.addKey(ravi, key))).code).toBe('forbidden');
    expect((await refusalOf(own.accounts.addKey(anonymous, key))).code).toBe('unauthenticated');
    expect(
      (await refusalOf(own.accounts.setRole(ravi, { email: 'ravi@kitewood.example', role: 'administrator' }))).code,
    ).toBe('forbidden');
    expect((await refusalOf(own.accounts.listKeys(ravi))).code).toBe('forbidden');
    const unnamed = await refusalOf(own.accounts.addKey(root, { role: 'root' as never, name: '' }));
    expect(unnamed.fields.map((fault) => fault.field)).toEqual(['role', 'name']);
  });
});
