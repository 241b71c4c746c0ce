import { wordFields, type DateForm, type FileField, type FixedField } from './fields.ts';

/** A date as each form writes it. */
export const dateExamples: Record<DateForm, string> = {
  iso: '2026-11-02',
  'd.m.y': '02.11.2026',
  'd/m/y': '02/11/2026',
  'm/d/y': '11/02/2026',
  'y/m/d': '2026/11/02',
};

/** What to say of a cell that is not written as the mapping says. */
export const keysOfForm: Partial<Record<FileField, string>> = {
  ...Object.fromEntries(
    ['total', 'quantity', 'unitPrice', 'invoiceTotal'].map((field) => [field, 'orderFiles.fault.decimalForm']),
  ),
  ...Object.fromEntries(
    ['placedAt', 'updatedAt', 'expectedAt', 'issuedAt', 'dueAt'].map((field) => [field, 'orderFiles.fault.dateForm']),
  ),
};

/** Fields of the push body, by the fields of a file that make them. */
export const fieldsOfBody: Record<string, FileField | FixedField> = {
  ...Object.fromEntries(
    (['number', 'reference', 'deliverTo', 'placedAt', 'updatedAt', 'currency', 'total'] as const).map((field) => [
      field,
      field,
    ]),
  ),
  'customer.email': 'email',
  'customer.name': 'customerName',
  'account.id': 'accountId',
  'account.name': 'accountName',
  'lines.name': 'product',
  'shipments.state': 'parcelState',
  'invoices.number': 'invoice',
  'invoices.total': 'invoiceTotal',
  'invoices.state': 'invoiceState',
  ...Object.fromEntries([...wordFields].map((field) => [field, field])),
  ...Object.fromEntries((['sku', 'quantity', 'unitPrice'] as const).map((field) => [`lines.${field}`, field])),
  ...Object.fromEntries((['tracking', 'carrier', 'expectedAt'] as const).map((field) => [`shipments.${field}`, field])),
  ...Object.fromEntries((['issuedAt', 'dueAt'] as const).map((field) => [`invoices.${field}`, field])),
};
