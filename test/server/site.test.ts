import { afterAll, expect, it } from 'vitest';
import { startPortal, type TestPortal } from '../support/portal.ts';

let portal: TestPortal | undefined;
afterAll(() => portal?.close());

it('a site in one language does not speak the other', async () => {
  portal = await startPortal({
    site: {
      brand: { name: 'Kitewood', helpName: 'Service', locales: ['en'], timeZone: 'UTC', mail: 'help@kitewood.example' },
    },
  });
  const { url } = portal;
  const get = async (path: string, headers: Record<string, string> = {}) =>
    fetch(url + path, { headers, redirect: 'manual' });
  expect((await get('/', { 'accept-language': 'zh-CN' })).headers.get('location')).toBe('/en/');
  const other = await get('/zh-cn/');
  expect(other.status).toBe(404);
  expect(await other.text()).toContain('lang="en"');
  const home = await (await get('/en/')).text();
  expect(home).not.toContain('中文');
  expect(home).not.toContain('zh-Hans');
  expect(home).toContain('Service');
});
