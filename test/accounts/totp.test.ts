import { describe, expect, it } from 'vitest';
import { authenticatorAddress, base32, codeAt, stepAt, stepOfCode } from '../../src/accounts/totp.ts';

/** RFC 6238, appendix B: the secret of its SHA-1 vectors; of their eight digits an app shows the last six. */
const secret = new TextEncoder().encode('12345678901234567890');
const vectors: [seconds: number, code: string][] = [
  [59, '94287082'],
  [1111111109, '07081804'],
  [1111111111, '14050471'],
  [1234567890, '89005924'],
  [2000000000, '69279037'],
  [20000000000, '65353130'],
];

describe('codes of an authenticator app', () => {
  it.each(vectors)('are those of RFC 6238 at %i seconds', (seconds, code) => {
    expect(codeAt(secret, stepAt(seconds * 1000))).toBe(code.slice(-6));
  });

  it('pass a step early and late, and no further', () => {
    const now = 1_234_567_890_000;
    const step = stepAt(now);
    const passes = (at: number) => stepOfCode(secret, codeAt(secret, at), now, 0);
    expect([step - 2, step - 1, step, step + 1, step + 2].map(passes)).toEqual([null, step - 1, step, step + 1, null]);
  });

  it('do not pass again once they or a later one were used', () => {
    const now = 1_234_567_890_000;
    const step = stepAt(now);
    expect(stepOfCode(secret, codeAt(secret, step), now, step)).toBe(null);
    expect(stepOfCode(secret, codeAt(secret, step - 1), now, step)).toBe(null);
    expect(stepOfCode(secret, codeAt(secret, step + 1), now, step)).toBe(step + 1);
  });

  it('come from a secret that people can type', () => {
    // RFC 4648, section 10
    const words = ['', 'f', 'fo', 'foo', 'foob', 'fooba', 'foobar'].map((word) =>
      base32(new TextEncoder().encode(word)),
    );
    expect(words).toEqual(['', 'MY', 'MZXQ', 'MZXW6', 'MZXW6YQ', 'MZXW6YTB', 'MZXW6YTBOI']);
    const address = authenticatorAddress({ issuer: 'Kitewood & Söhne', email: 'mei+1@kitewood.example', secret });
    expect(address).toBe(
      'otpauth://totp/Kitewood%20%26%20S%C3%B6hne:mei%2B1%40kitewood.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Kitewood%20%26%20S%C3%B6hne&algorithm=SHA1&digits=6&period=30',
    );
    expect(new URL(address).searchParams.get('issuer')).toBe('Kitewood & Söhne');
  });
});
