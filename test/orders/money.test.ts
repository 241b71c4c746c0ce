import { expect, it } from 'vitest';
import { exactAmount, timesPrice } from '../../src/orders/money.ts';
import { carrierKey, numberKey, trackingKey } from '../../src/orders/names.ts';

it.each([
  ['258', 'EUR', '258.00'],
  ['258.5', 'EUR', '258.50'],
  ['0258.50', 'EUR', '258.50'],
  ['-12.30', 'EUR', '-12.30'],
  ['-0', 'EUR', '0.00'],
  ['1200', 'JPY', '1200'],
  ['1.234', 'KWD', '1.234'],
  ['999999999999999.99', 'EUR', '999999999999999.99'],
  ['1200.0', 'JPY', null],
  ['1.001', 'EUR', null],
  ['1.000', 'EUR', null],
  ['1,00', 'EUR', null],
  ['1e3', 'EUR', null],
  ['+1', 'EUR', null],
  ['.5', 'EUR', null],
  ['5.', 'EUR', null],
  [' 5', 'EUR', null],
  ['５', 'EUR', null],
  ['0x10', 'EUR', null],
  ['NaN', 'EUR', null],
  ['9999999999999999', 'EUR', null],
])('%s %s is taken as %s', (text, currency, exact) => {
  expect(exactAmount(text, currency)).toBe(exact);
});

it.each([
  ['2', '129.00', '258.00'],
  ['2.5', '129.99', '324.98'],
  ['0.333', '0.10', '0.03'],
  ['3', '-1.05', '-3.15'],
  ['0.001', '-0.10', '0.00'],
  ['3', '400', '1200'],
  ['999999999999.999999', '999999999999999.99', '999999999999999989000000000.00'],
])('%s times %s is %s, without a floating number in between', (quantity, price, sum) => {
  expect(timesPrice(quantity, price)).toBe(sum);
});

it('one number is one however it is written, and two numbers stay two', () => {
  for (const text of ['kw-10023', ' KW 10023 ', 'KW10023', 'ＫＷ－１００２３', 'Kw–10023', 'KW - 10023']) {
    expect(numberKey(text), text).toBe('kw-10023');
  }
  expect(numberKey('1-23')).not.toBe(numberKey('12-3'));
  expect(numberKey(' - ')).toBe('');
  expect(numberKey('订单 12')).toBe('订单-12');
  expect(trackingKey('jd 0146 0000-34')).toBe('JD0146000034');
  expect(carrierKey('D H L')).toBe(carrierKey('dhl'));
});
