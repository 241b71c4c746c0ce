import type { Written } from './book.ts';

/** The orders that show something: what is on its way, what went wrong, what is owed. */
export const story: readonly Written[] = [
  { number: 10034, by: 'mei', placed: 0, lines: 'BC-03*2', state: 'received', invoices: [] },
  { number: 10033, by: 'eleanor', placed: -1, lines: 'CH-12*4 FP-20', state: 'confirmed' },
  {
    ...{ number: 10027, by: 'meiHotel', placed: -1, lines: 'LR-05*40@129.00', state: 'in_preparation' },
    reference: 'HLH-3F-2026',
  },
  { number: 10026, by: 'hyacinth', placed: -2, lines: 'LR-05-S*8', state: 'in_preparation', reference: 'HLH-LIN-12' },
  {
    ...{ number: 10025, by: 'chen', placed: -3, lines: 'FL-22 FP-20', state: 'shipped' },
    parcels: [{ tracking: 'SF1098 2277 0314', carrier: '顺丰速运', way: 'out', left: -2, came: 0, due: 0 }],
  },
  {
    ...{ number: 10023, by: 'meiHotel', placed: -4, lines: 'CH-12*2 TB-31 FP-20 SV-UP', state: 'part_shipped' },
    reference: 'HLH-BAR-04',
    invoices: ['open'],
    parcels: [
      {
        ...{ tracking: 'JD01 4600 0034', carrier: 'DHL', way: 'out', left: -1, came: 0, due: 0 },
        ...{ contents: 'CH-12*2 FP-20', note: 'Loaded on the van, Hamburg-Allermöhe', told: 'by the carrier' },
      },
      { tracking: 'DX 88-20419', carrier: 'Dachser', way: 'labelled', left: -1, due: 2, contents: 'TB-31' },
    ],
  },
  {
    ...{ number: 10022, by: 'tom', placed: -5, lines: 'SP-3104 FP-20*2', state: 'shipped' },
    parcels: [
      {
        ...{ tracking: '15976 43218 0', carrier: 'DPD', way: 'attempted', left: -3, came: -1, due: 1 },
        ...{ note: 'Nobody at home; the driver comes again on the next working day', told: 'by the carrier' },
      },
    ],
  },
  {
    ...{ number: 10021, by: 'lucia', placed: -6, lines: 'BN-07', state: 'shipped' },
    parcels: [{ tracking: 'JD01 4600 0071', carrier: 'DHL', way: 'moving', left: -2, came: -1, due: 1 }],
  },
  {
    ...{ number: 10020, by: 'mei', placed: -6, lines: 'FL-22', state: 'shipped' },
    parcels: [
      {
        ...{ tracking: 'JD01 4600 0058', carrier: 'DHL', way: 'locker', left: -3, came: -1, due: -1 },
        ...{
          place: 'Packstation 145, Hamburg',
          note: 'In the locker, kept for 7 days; the code came by mail from DHL',
        },
      },
    ],
  },
  {
    ...{ number: 10019, by: 'jonas', placed: -7, lines: 'SB-40@1188.00 WR-70*4', state: 'shipped' },
    reference: 'HLH-3F-2026',
    invoice: 'F-2209',
    parcels: [
      {
        ...{
          tracking: 'TTL 7749 0021 3',
          carrier: 'TT-Line Cargo',
          way: 'held',
          left: -4,
          came: -3,
          due: 1,
          promised: -2,
        },
        ...{
          from: 'Växjö',
          contents: 'SB-40@1188.00 WR-70*4',
          place: 'Travemünde',
          note: 'Vessel full; booked on the next ferry',
          told: 'by the carrier',
        },
      },
    ],
  },
  {
    ...{ number: 10018, by: 'katrin', placed: -7, lines: 'SH-18 SH-18@342.00', state: 'shipped' },
    parcels: [{ tracking: 'DX 88-20377', carrier: 'Dachser', way: 'moving', left: -2, came: -1, due: 2 }],
  },
  {
    ...{ number: 10017, by: 'hyacinth', placed: -8, lines: 'CH-14*12', state: 'shipped', reference: 'HLH-BAR-05' },
    parcels: [{ tracking: 'DX 88-20391', carrier: 'Dachser', way: 'held', left: -3, came: -1, due: 3, promised: 1 }],
  },
  {
    ...{ number: 10016, by: 'mei', placed: -8, lines: 'SP-1201*2 FP-20', state: 'delivered' },
    parcels: [{ tracking: 'JD01 4600 0022', carrier: 'DHL', way: 'delivered', left: -6, came: -5 }],
  },
  {
    ...{ number: 10015, by: 'zhou', placed: -9, lines: 'LR-05*24@1177.60 CH-14*6', state: 'part_shipped' },
    reference: '莫干山二期',
    invoices: ['paid', 'open'],
    parcels: [
      {
        ...{ tracking: 'DPK 3601 5582', carrier: '德邦快递', way: 'moving', left: -4, came: -2, due: 1, promised: -1 },
        ...{ contents: 'LR-05*24', note: '杭州绕城高速封路，改走申嘉湖，晚一天到' },
      },
      { tracking: 'DPK 3601 6107', carrier: '德邦快递', way: 'announced', left: 0, due: 6, contents: 'CH-14*6' },
    ],
  },
  { number: 10014, by: 'tom', placed: -10, lines: 'SB-40', state: 'cancelled', invoices: ['void'] },
  {
    ...{ number: 10013, by: 'eleanor', placed: -11, lines: 'HB-160 BD-16', state: 'shipped' },
    parcels: [
      {
        ...{ tracking: 'DX 88-20344', carrier: 'Dachser', way: 'moving', left: -4, came: -1, due: 1 },
        ...{ place: 'Felixstowe', note: 'Through customs' },
      },
    ],
  },
  {
    ...{ number: 10012, by: 'meiSuzhou', placed: -13, lines: 'CH-14*2', state: 'delivered' },
    parcels: [{ tracking: 'SF1098 2270 6625', carrier: '顺丰速运', way: 'delivered', left: -11, came: -9 }],
  },
  {
    ...{
      number: 10011,
      by: 'meiHotel',
      placed: -14,
      lines: 'HB-160*8@278.00',
      state: 'delivered',
      reference: 'HLH-3F-2026',
    },
    invoices: ['open'],
    parcels: [
      {
        ...{ tracking: 'DX 88-20288', carrier: 'Dachser', way: 'delivered', left: -4, came: -1 },
        ...{ note: 'Signed for by H. Okonkwo' },
      },
    ],
  },
  {
    ...{ number: 10007, by: 'lucia', placed: -24, lines: 'CH-14', state: 'returned', invoices: ['void'] },
    parcels: [{ tracking: 'JD01 4599 8840', carrier: 'DHL', way: 'delivered', left: -22, came: -20 }],
  },
  {
    ...{
      number: 10005,
      by: 'zhou',
      placed: -28,
      lines: 'HB-160*36@1874.80',
      state: 'part_shipped',
      reference: '莫干山二期',
    },
    invoices: ['paid', 'open'],
    parcels: [
      { tracking: 'DPK 3600 9914', carrier: '德邦快递', way: 'delivered', left: -16, came: -13, contents: 'HB-160*20' },
      { tracking: 'DPK 3601 7430', carrier: '德邦快递', way: 'labelled', left: -1, due: 4, contents: 'HB-160*16' },
    ],
  },
  {
    ...{ number: 9994, by: 'jonas', placed: -38, lines: 'CH-12*16@148.00', state: 'delivered', invoices: ['open'] },
    parcels: [{ tracking: 'DX 88-19950', carrier: 'Dachser', way: 'delivered', left: -35, came: -32 }],
  },
  {
    ...{ number: 9981, by: 'meiHotel', placed: -39, lines: 'BD-16*12@779.00', state: 'delivered' },
    parcels: [
      {
        ...{ tracking: 'DX 88-19871', carrier: 'Dachser', way: 'delivered', left: -36, came: -33 },
        ...{ note: 'Signed for by H. Okonkwo' },
      },
    ],
  },
  {
    ...{ number: 9962, by: 'tom', placed: -46, lines: 'TB-31', state: 'delivered', invoices: ['open'] },
    parcels: [{ tracking: 'DX 88-19702', carrier: 'Dachser', way: 'delivered', left: -41, came: -37 }],
  },
  {
    ...{ number: 9940, by: 'jonas', placed: -69, lines: 'BN-07', state: 'returned', invoices: ['void'] },
    parcels: [{ tracking: 'JD01 4597 3127', carrier: 'DHL', way: 'delivered', left: -67, came: -65 }],
  },
  {
    ...{ number: 9902, by: 'katrin', placed: -104, lines: 'LR-05-S', state: 'shipped' },
    parcels: [{ tracking: 'JD01 4595 0066', carrier: 'DHL', way: 'expired', left: -102, came: -38 }],
  },
];
