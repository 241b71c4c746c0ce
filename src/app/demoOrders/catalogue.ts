import type { Customer } from './customers.ts';

interface Piece {
  en: string;
  'zh-cn': string;
  EUR: string;
  GBP: string;
  CNY: string;
  /** Goes with a haulier, not as a parcel. */
  freight?: true;
}

/** What Kitewood sells, as its articles say it. */
export const catalogue = {
  'CH-12': { en: 'Alder chair CH-12', 'zh-cn': '赤杨木餐椅CH-12', EUR: '129.00', GBP: '112.00', CNY: '980.00' },
  'CH-14': { en: 'Larch armchair CH-14', 'zh-cn': '落叶松扶手椅CH-14', EUR: '198.00', GBP: '172.00', CNY: '1480.00' },
  'BC-03': { en: 'Kite bar stool BC-03', 'zh-cn': '风筝吧椅BC-03', EUR: '174.00', GBP: '151.00', CNY: '1320.00' },
  'TB-31': {
    ...{ en: 'Quay extending table TB-31', 'zh-cn': '港岸伸缩餐桌TB-31', freight: true },
    ...{ EUR: '749.00', GBP: '649.00', CNY: '5680.00' },
  },
  'BD-16': {
    ...{ en: 'Harbour bed BD-16, 160 × 200 cm', 'zh-cn': '港湾床BD-16，160 × 200厘米', freight: true },
    ...{ EUR: '690.00', GBP: '598.00', CNY: '5280.00' },
  },
  'HB-160': {
    ...{ en: 'Headboard HB-160', 'zh-cn': '床头板HB-160', freight: true },
    ...{ EUR: '289.00', GBP: '249.00', CNY: '2180.00' },
  },
  'SB-40': {
    ...{ en: 'Sideboard SB-40', 'zh-cn': '餐边柜SB-40', freight: true },
    ...{ EUR: '1180.00', GBP: '1020.00', CNY: '8980.00' },
  },
  'SH-18': {
    ...{ en: 'Jetty shelf SH-18', 'zh-cn': '栈桥搁架SH-18', freight: true },
    ...{ EUR: '398.00', GBP: '345.00', CNY: '2980.00' },
  },
  'WR-70': {
    ...{ en: 'Wardrobe WR-70, smoked', 'zh-cn': '衣柜WR-70，烟熏色', freight: true },
    ...{ EUR: '556.00', GBP: '482.00', CNY: '4280.00' },
  },
  'BN-07': { en: 'Hallway bench BN-07', 'zh-cn': '玄关长凳BN-07', EUR: '389.00', GBP: '337.00', CNY: '2880.00' },
  'LR-05': { en: 'Luggage rack LR-05', 'zh-cn': '行李架LR-05', EUR: '168.00', GBP: '146.00', CNY: '1280.00' },
  'LR-05-S': {
    ...{ en: 'Straps for the luggage rack, set of five', 'zh-cn': '行李架织带，一套五条' },
    ...{ EUR: '16.00', GBP: '14.00', CNY: '120.00' },
  },
  'FL-22': { en: 'Beacon floor lamp FL-22', 'zh-cn': '灯塔落地灯FL-22', EUR: '219.00', GBP: '189.00', CNY: '1680.00' },
  'FP-20': { en: 'Felt pads, pack of 20', 'zh-cn': '毛毡脚垫，20片', EUR: '9.50', GBP: '8.50', CNY: '78.00' },
  'SP-1201': { en: 'Front leg for CH-12', 'zh-cn': 'CH-12前腿', EUR: '19.00', GBP: '17.00', CNY: '150.00' },
  'SP-3104': { en: 'Pair of runners for TB-31', 'zh-cn': 'TB-31滑轨一对', EUR: '48.00', GBP: '42.00', CNY: '380.00' },
  'SP-4011': { en: 'Hinge for SB-40 and WR-70', 'zh-cn': 'SB-40、WR-70铰链', EUR: '11.00', GBP: '9.50', CNY: '88.00' },
  'SV-UP': { en: 'Carried upstairs by two people', 'zh-cn': '搬运上楼', EUR: '49.00', GBP: '43.00', CNY: '380.00' },
} as const satisfies Record<string, Piece>;

export interface Line {
  sku: string;
  name: string;
  quantity: string;
  unitPrice: string;
}

/**
 * Lines as they are written down: `CH-12*2 TB-31@690.00` is two chairs, and a table for a price of its own.
 * @throws TypeError for a piece that Kitewood does not sell.
 */
export function linesOf(written: string, { locale, currency }: Pick<Customer, 'locale' | 'currency'>): Line[] {
  return written.split(' ').map((word) => {
    const [, sku = '', quantity = '1', price] = /^([A-Z0-9-]+)(?:\*(\d+))?(?:@([\d.]+))?$/.exec(word) ?? [];
    const piece: Piece = pieceOf(sku);
    return { sku, name: piece[locale], quantity, unitPrice: price ?? piece[currency] };
  });
}

/** Whether something of it goes with a haulier. */
export function isFreight(lines: readonly Line[]): boolean {
  return lines.some(({ sku }) => pieceOf(sku).freight === true);
}

/** What lines cost together. */
export function totalOf(lines: readonly Line[]): string {
  const cents = lines.reduce(
    (sum, { quantity, unitPrice }) => sum + Number(quantity) * Math.round(Number(unitPrice) * 100),
    0,
  );
  return (cents / 100).toFixed(2);
}

function pieceOf(sku: string): Piece {
  const piece = (catalogue as Record<string, Piece>)[sku];
  if (!piece) throw new TypeError(`The demo has no ${sku}.`);
  return piece;
}
