/** Somebody who orders from Kitewood. */
export interface Customer {
  name: string;
  email: string;
  locale: 'en' | 'zh-cn';
  currency: 'EUR' | 'GBP' | 'CNY';
  account: { id: string; name: string } | null;
  /** Where their pieces go, in lines. */
  deliverTo: string;
  /** Where a carrier sorts for them, and where they live. */
  hub: string;
  town: string;
}

const hotel = {
  locale: 'en',
  currency: 'EUR',
  account: { id: 'C-204', name: 'Harbour Lane Hotels' },
  deliverTo: 'Harbour Lane Hotels\nBaumwall 7, back entrance\n20459 Hamburg',
  hub: 'Hamburg-Allermöhe',
  town: 'Hamburg',
} as const;

const lodge = {
  locale: 'zh-cn',
  currency: 'CNY',
  account: { id: 'C-311', name: '听松文旅' },
  deliverTo: '听松文旅 莫干山店\n浙江省湖州市德清县莫干山镇劳岭村18号\n313202',
  hub: '杭州',
  town: '德清',
} as const;

/** Who orders, by the names the order book uses. */
export const customers = {
  mei: {
    ...{ name: 'Mei Lin', email: 'mei@kitewood.example', locale: 'en', currency: 'EUR', account: null },
    ...{ deliverTo: 'Mei Lin\nGroße Elbstraße 132\n22767 Hamburg', hub: 'Hamburg-Allermöhe', town: 'Hamburg' },
  },
  /** Mei's parents: she orders, they get it. */
  meiSuzhou: {
    ...{ name: 'Mei Lin', email: 'mei@kitewood.example', locale: 'zh-cn', currency: 'CNY', account: null },
    ...{ deliverTo: '林国栋（收）\n江苏省苏州市姑苏区平江路56号3幢201室\n215005', hub: '苏州', town: '苏州' },
  },
  tom: {
    ...{ name: 'Tom Aldridge', email: 'tom@kitewood.example', locale: 'en', currency: 'GBP', account: null },
    ...{ deliverTo: 'Tom Aldridge\n14 Rope Walk\nBristol BS1 6ZJ', hub: 'Coventry', town: 'Bristol' },
  },
  eleanor: {
    ...{ name: 'Eleanor Whitby', email: 'eleanor@whitby.example', locale: 'en', currency: 'GBP', account: null },
    ...{ deliverTo: 'Eleanor Whitby\n3 Shore Place\nEdinburgh EH6 6SW', hub: 'Coventry', town: 'Edinburgh' },
  },
  katrin: {
    ...{ name: 'Katrin Brandt', email: 'katrin.brandt@example.de', locale: 'en', currency: 'EUR', account: null },
    ...{ deliverTo: 'Katrin Brandt\nKönneritzstraße 41\n04229 Leipzig', hub: 'Leipzig', town: 'Leipzig' },
  },
  lucia: {
    ...{ name: 'Lucía Ferrer', email: 'lucia.ferrer@example.at', locale: 'en', currency: 'EUR', account: null },
    ...{ deliverTo: 'Lucía Ferrer\nPraterstraße 19/7\n1020 Wien', hub: 'Hagenbrunn', town: 'Vienna' },
  },
  chen: {
    ...{ name: '陈雨桐', email: 'yutong.chen@example.cn', locale: 'zh-cn', currency: 'CNY', account: null },
    ...{ deliverTo: '陈雨桐\n上海市徐汇区武康路210弄6号\n200031', hub: '上海', town: '上海' },
  },
  meiHotel: { ...hotel, name: 'Mei Lin', email: 'mei@kitewood.example' },
  jonas: { ...hotel, name: 'Jonas Behrendt', email: 'jonas@harbourlane.example' },
  hyacinth: { ...hotel, name: 'Hyacinth Okonkwo-Featherstonehaugh', email: 'hyacinth@harbourlane.example' },
  zhou: { ...lodge, name: '周明华', email: 'm.zhou@example.cn' },
} as const satisfies Record<string, Customer>;

export type CustomerName = keyof typeof customers;
