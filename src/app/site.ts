import { z } from 'zod';
import type { Connector } from '../crm-bridge/index.ts';
import type { SearchEngine } from '../kb/index.ts';
import type { OrderSource } from '../orders/index.ts';
import { brandSchema } from '../platform/config/index.ts';

const rate = z.object({ max: z.int().positive(), windowSeconds: z.int().positive().max(86_400) });

/** A plugin is an object that its own factory made; what it promises is its contract's business. */
const plugin = <T>(what: string, verbs: readonly string[]) =>
  z.custom<T>(
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      typeof (value as { name?: unknown }).name === 'string' &&
      verbs.every((verb) => typeof (value as Record<string, unknown>)[verb] === 'function'),
    { error: `a ${what}, as one of its plugins returns it` },
  );

/** What a company says of itself in `waypost.config.ts`. */
export const siteSchema = z.strictObject({
  brand: brandSchema,
  firstReplyHours: z.int().positive().max(400).default(8).describe('Working hours within which a person replies.'),
  search: plugin<SearchEngine>('search engine', ['index', 'remove', 'search'])
    .optional()
    .check(({ value, issues }) => {
      for (const { option, expected } of value?.faults ?? []) {
        issues.push({ code: 'custom', path: [option], message: expected, input: value });
      }
    }),
  connectors: z
    .array(plugin<Connector>('CRM connector', ['openCase']))
    .optional()
    .refine((list) => new Set(list?.map(({ name }) => name)).size === (list?.length ?? 0), {
      error: 'connectors with different names',
    }),
  orderMails: z
    .strictObject({
      unprovenAddresses: z
        .boolean()
        .default(false)
        .describe('Whether news of an order goes to an address that nobody has confirmed here.'),
    })
    .default({ unprovenAddresses: false })
    .describe('What customers are told of their orders without asking.'),
  orders: z
    .array(
      plugin<OrderSource>('order source', ['changesSince', 'order']).refine(
        // It stands beside each order for good, next to `push:…` and `file:…`.
        ({ name }) => /^[a-z][a-z0-9-]{0,39}$/.test(name),
        { error: 'an order source whose name is of a to z, 0 to 9 and hyphens' },
      ),
    )
    .default([])
    .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, {
      error: 'order sources with different names',
    }),
  touches: z
    .strictObject({
      keepMonths: z
        .record(
          z
            .string()
            .regex(/^[a-z][\w-]*(\.[\w-]+)*$/, { error: 'a type such as call.logged, its first words, or default' }),
          z.int().min(1).max(1_200),
        )
        .default({})
        .describe('For how many months touches are kept, by type or the words it begins with.'),
    })
    .prefault({}),
  limits: z
    .strictObject({
      signIns: rate.optional().describe('Tries to sign in, for one account and for one address alike.'),
      questions: rate.optional().describe('Tickets opened by one person, or by one address without signing in.'),
      pushes: rate.optional().describe('Calls that tell of orders and parcels, with one key; a batch counts as one.'),
      lookUps: rate
        .optional()
        .describe('Orders looked up without an account: of one number, with one address and by one client alike.'),
      mails: rate.optional().describe('Sign-in mails asked for, to one address.'),
    })
    .default({}),
});

export type SiteConfig = z.input<typeof siteSchema>;
export type Site = z.output<typeof siteSchema>;

/** Types a site's configuration; it is checked when the portal starts, all faults at once. */
export function defineConfig(config: SiteConfig): SiteConfig {
  return config;
}
