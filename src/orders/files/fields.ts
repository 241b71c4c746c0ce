/** What a column of a file can say. Rows of one number are one order; the lists of an order grow with its rows. */
const orderFields = [
  ...(['number', 'email', 'customerName', 'accountId', 'accountName', 'reference', 'deliverTo'] as const),
  ...(['state', 'placedAt', 'updatedAt', 'currency', 'total'] as const),
] satisfies string[];

const lineFields = ['sku', 'product', 'quantity', 'unitPrice'] as const;

const parcelFields = ['tracking', 'carrier', 'parcelState', 'expectedAt'] as const;

const invoiceFields = ['invoice', 'issuedAt', 'dueAt', 'invoiceTotal', 'invoiceState'] as const;

export const fileFields = [...orderFields, ...lineFields, ...parcelFields, ...invoiceFields] as const;

export type FileField = (typeof fileFields)[number];

/** What every order of a file may say alike where no column says it. */
const fixedFields = ['currency', 'state', 'carrier', 'parcelState', 'invoiceState'] as const;

export type FixedField = (typeof fixedFields)[number];

/** Fields whose cells are words for states of ours. */
export const wordFields = ['state', 'parcelState', 'invoiceState'] as const;

export type WordField = (typeof wordFields)[number];

export const encodings = ['utf-8', 'gb18030', 'windows-1252'] as const;
export type Encoding = (typeof encodings)[number];

export const separators = [',', ';', '\t'] as const;
export type Separator = (typeof separators)[number];

/** How a file writes days; a time may follow. */
export const dateForms = ['iso', 'd.m.y', 'd/m/y', 'm/d/y', 'y/m/d'] as const;
export type DateForm = (typeof dateForms)[number];
