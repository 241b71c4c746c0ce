import { describe, expect, it } from 'vitest';
import {
  createSecrets,
  hashToken,
  open,
  openText,
  sameText,
  seal,
  sign,
  verify,
} from '../../../src/platform/secrets/index.ts';

const secrets = createSecrets('a secret of more than thirty-two characters');
const key = secrets.key('test');

describe('keys', () => {
  it('are the same for one purpose and different for another', () => {
    expect(createSecrets('a secret of more than thirty-two characters').key('test')).toEqual(key);
    expect(key).toHaveLength(32);
    expect(secrets.key('other')).not.toEqual(key);
    expect(createSecrets('another secret of more than 32 characters').key('test')).not.toEqual(key);
    expect(Buffer.from(secrets.text('test'), 'base64url')).toEqual(Buffer.from(key));
  });
});

describe('sealing', () => {
  it('gives back what went in, text and bytes', () => {
    expect(openText(key, seal(key, '退货 & return', 'row 1'), 'row 1')).toBe('退货 & return');
    const bytes = crypto.getRandomValues(new Uint8Array(1_000));
    expect(open(key, seal(key, bytes, ''), '')).toEqual(bytes);
    expect(openText(key, seal(key, '', 'row 1'), 'row 1')).toBe('');
  });

  it('never looks the same twice', () => {
    expect(seal(key, 'x', 'a')).not.toEqual(seal(key, 'x', 'a'));
  });

  it('opens for no other row and with no other key', () => {
    const sealed = seal(key, 'x', 'row 1');
    expect(() => open(key, sealed, 'row 2')).toThrow(expect.objectContaining({ code: 'seal_broken' }));
    expect(() => open(secrets.key('other'), sealed, 'row 1')).toThrow(expect.objectContaining({ code: 'seal_broken' }));
  });

  it('notices every changed, missing or added byte', () => {
    const sealed = seal(key, 'four', 'row 1');
    for (let n = 0; n < sealed.length; n += 1) {
      const changed = sealed.slice();
      changed[n] = (changed[n] ?? 0) ^ 1;
      expect(() => open(key, changed, 'row 1')).toThrow('cannot be opened');
      expect(() => open(key, sealed.subarray(0, n), 'row 1')).toThrow('cannot be opened');
    }
    expect(() => open(key, Uint8Array.of(...sealed, 0), 'row 1')).toThrow('cannot be opened');
  });
});

describe('signatures and hashes', () => {
  it('fit into a mail address and survive a change of case', () => {
    const signature = sign(key, 'W-2087');
    expect(signature).toMatch(/^[a-z2-7]{32}$/);
    expect(verify(key, 'W-2087', signature)).toBe(true);
    expect(verify(key, 'W-2087', signature.toUpperCase())).toBe(true);
  });

  it('belong to one text and one key', () => {
    const signature = sign(key, 'W-2087');
    expect(verify(key, 'W-2088', signature)).toBe(false);
    expect(verify(secrets.key('other'), 'W-2087', signature)).toBe(false);
    expect(verify(key, 'W-2087', signature.slice(1))).toBe(false);
    expect(verify(key, 'W-2087', '')).toBe(false);
  });

  it('hash a token as SHA-256', () => {
    expect(hashToken('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it('compare texts of any length', () => {
    expect(sameText('abc', 'abc')).toBe(true);
    expect(sameText('abc', 'abcd')).toBe(false);
    expect(sameText('', 'a')).toBe(false);
  });
});
