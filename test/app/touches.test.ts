import { describe, expect, it } from 'vitest';
import { anonymous, noStanding } from '../../src/accounts/index.ts';
import { isTouch } from '../../src/app/touches.ts';

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0';

function asked(headers: Record<string, string> = {}, method = 'GET'): boolean {
  return isTouch(anonymous, { method, headers: new Headers({ 'user-agent': firefox, ...headers }) });
}

describe('a touch', () => {
  it('is what a person asks for', () => {
    expect(asked()).toBe(true);
    expect(asked({ 'user-agent': 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) MicroMessenger/8.0' })).toBe(
      true,
    );
  });

  it.for([
    [{ 'user-agent': 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)' }, 'GET'],
    [{ 'user-agent': 'Mozilla/5.0 (compatible; Baiduspider/2.0)' }, 'GET'],
    [{ 'user-agent': 'WhatsApp/2.23' }, 'GET'],
    [{ 'user-agent': 'curl/8.5.0' }, 'GET'],
    [{ 'sec-purpose': 'prefetch' }, 'GET'],
    [{ 'sec-purpose': 'prefetch;prerender' }, 'GET'],
    [{ purpose: 'preview' }, 'GET'],
    [{ 'x-moz': 'prefetch' }, 'GET'],
    [{}, 'HEAD'],
  ] as const)('is not made by %j (%s)', ([headers, method]) => {
    expect(asked(headers, method)).toBe(false);
  });

  it('is not made by a colleague who looks', () => {
    const viewer = {
      kind: 'person',
      personId: '1',
      name: 'Ravi',
      email: 'r@k.example',
      verified: true,
      role: 'agent',
      locale: 'en',
      ...noStanding,
    } as const;
    const request = { method: 'GET', headers: new Headers({ 'user-agent': firefox }) };
    expect(isTouch(viewer, request)).toBe(false);
    expect(isTouch({ ...viewer, role: 'customer' }, request)).toBe(true);
  });
});
