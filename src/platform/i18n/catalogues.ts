import enAccess from './messages/en/access.json' with { type: 'json' };
import enAccounts from './messages/en/accounts.json' with { type: 'json' };
import enArticle from './messages/en/article.json' with { type: 'json' };
import enAsk from './messages/en/ask.json' with { type: 'json' };
import enAuthoring from './messages/en/authoring.json' with { type: 'json' };
import enCommon from './messages/en/common.json' with { type: 'json' };
import enData from './messages/en/data.json' with { type: 'json' };
import enCustomers from './messages/en/customers.json' with { type: 'json' };
import enCompanies from './messages/en/companies.json' with { type: 'json' };
import enErrors from './messages/en/errors.json' with { type: 'json' };
import enHome from './messages/en/home.json' with { type: 'json' };
import enKb from './messages/en/kb.json' with { type: 'json' };
import enLookUp from './messages/en/lookUp.json' with { type: 'json' };
import enMail from './messages/en/mail.json' with { type: 'json' };
import enOrderFiles from './messages/en/orderFiles.json' with { type: 'json' };
import enOrders from './messages/en/orders.json' with { type: 'json' };
import enProblems from './messages/en/problems.json' with { type: 'json' };
import enSearch from './messages/en/search.json' with { type: 'json' };
import enStaff from './messages/en/staff.json' with { type: 'json' };
import enTickets from './messages/en/tickets.json' with { type: 'json' };
import zhAccess from './messages/zh-cn/access.json' with { type: 'json' };
import zhAccounts from './messages/zh-cn/accounts.json' with { type: 'json' };
import zhArticle from './messages/zh-cn/article.json' with { type: 'json' };
import zhAsk from './messages/zh-cn/ask.json' with { type: 'json' };
import zhAuthoring from './messages/zh-cn/authoring.json' with { type: 'json' };
import zhCommon from './messages/zh-cn/common.json' with { type: 'json' };
import zhData from './messages/zh-cn/data.json' with { type: 'json' };
import zhCustomers from './messages/zh-cn/customers.json' with { type: 'json' };
import zhCompanies from './messages/zh-cn/companies.json' with { type: 'json' };
import zhErrors from './messages/zh-cn/errors.json' with { type: 'json' };
import zhHome from './messages/zh-cn/home.json' with { type: 'json' };
import zhKb from './messages/zh-cn/kb.json' with { type: 'json' };
import zhLookUp from './messages/zh-cn/lookUp.json' with { type: 'json' };
import zhMail from './messages/zh-cn/mail.json' with { type: 'json' };
import zhOrderFiles from './messages/zh-cn/orderFiles.json' with { type: 'json' };
import zhOrders from './messages/zh-cn/orders.json' with { type: 'json' };
import zhProblems from './messages/zh-cn/problems.json' with { type: 'json' };
import zhSearch from './messages/zh-cn/search.json' with { type: 'json' };
import zhStaff from './messages/zh-cn/staff.json' with { type: 'json' };
import zhTickets from './messages/zh-cn/tickets.json' with { type: 'json' };
import type { Locale } from './locales.ts';

const english = {
  access: enAccess,
  accounts: enAccounts,
  article: enArticle,
  ask: enAsk,
  authoring: enAuthoring,
  common: enCommon,
  data: enData,
  customers: enCustomers,
  companies: enCompanies,
  errors: enErrors,
  home: enHome,
  kb: enKb,
  lookUp: enLookUp,
  mail: enMail,
  orderFiles: enOrderFiles,
  orders: enOrders,
  problems: enProblems,
  search: enSearch,
  staff: enStaff,
  tickets: enTickets,
};

const chinese: Record<Area, Record<string, string>> = {
  access: zhAccess,
  accounts: zhAccounts,
  article: zhArticle,
  ask: zhAsk,
  authoring: zhAuthoring,
  common: zhCommon,
  data: zhData,
  customers: zhCustomers,
  companies: zhCompanies,
  errors: zhErrors,
  home: zhHome,
  kb: zhKb,
  lookUp: zhLookUp,
  mail: zhMail,
  orderFiles: zhOrderFiles,
  orders: zhOrders,
  problems: zhProblems,
  search: zhSearch,
  staff: zhStaff,
  tickets: zhTickets,
};

type Area = keyof typeof english;

/** A message of the catalogues: area, dot, key of that area's file, as in `ask.title`. */
export type MessageKey = { [A in Area]: `${A}.${Extract<keyof (typeof english)[A], string>}` }[Area];

/** Every message by its full key, one flat catalogue for each locale. */
export const catalogues: Record<Locale, ReadonlyMap<string, string>> = {
  en: flat(english),
  'zh-cn': flat(chinese),
};

/** Whether a key that came from elsewhere, a refusal's field say, names a message. */
export function isMessageKey(key: string): key is MessageKey {
  return catalogues.en.has(key);
}

function flat(areas: Record<Area, Record<string, string>>): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(areas).flatMap(([area, messages]) =>
      Object.entries(messages).map(([key, message]): [string, string] => [`${area}.${key}`, message]),
    ),
  );
}
