import { z } from 'zod';
import type { Connector } from '../crm-bridge/index.ts';
import type { SearchEngine } from '../kb/index.ts';
import { isTimeZone, locales } from '../platform/i18n/index.ts';

const words = z.object({ en: z.string().min(1), 'zh-cn': z.string().min(1) });
const rate = z.object({ max: z.int().positive(), windowSeconds: z.int().positive().max(86_400) });

/** A plugin is an object that its own factory made; what it promises is its contract's business. */
const plugin = <T>(what: string, verbs: readonly string[]) =>
  z.custom<T>(
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      typeof (value as { name?: unknown }).name === 'string' &&
      verbs.every((verb) => typeof (value as Record<string, unknown>)[verb] === 'function'),
    { error: `is no ${what}; use what one of its plugins returns` },
  );

/** What a company says of itself in `waypost.config.ts`. */
export const siteSchema = z.strictObject({
  brand: z.strictObject({
    name: z.string().min(1).max(60).describe('The company, as it stands in the header, in titles and in mails.'),
    locales: z
      .array(z.enum(locales))
      .min(1)
      .describe('Languages of the site, the first one for visitors of any other.'),
  }),
  timeZone: z
    .string()
    .refine(isTimeZone, { error: 'is no time zone; write one such as Europe/Berlin' })
    .default('UTC')
    .describe('Dates and times are shown in it.'),
  contact: z
    .strictObject({
      phone: z.string().min(3).max(40).describe('As people dial it, with the country.'),
      hours: words.describe('When somebody answers, in each language.'),
      places: words.optional().describe('Showrooms or offices, in each language.'),
    })
    .optional()
    .describe('Shown to people who would rather talk.'),
  firstReplyHours: z.int().positive().max(400).default(8).describe('Working hours within which a person replies.'),
  mailFrom: z.string().default('Waypost <help@localhost>').describe('Sender of all mails.'),
  search: plugin<SearchEngine>('search engine', ['index', 'remove', 'search']).optional(),
  connectors: z
    .array(plugin<Connector>('CRM connector', ['openCase']))
    .optional()
    .refine((list) => new Set(list?.map(({ name }) => name)).size === (list?.length ?? 0), {
      error: 'two connectors have one name',
    }),
  limits: z
    .strictObject({
      signIns: rate.optional().describe('Tries to sign in, for one account and for one address alike.'),
      questions: rate.optional().describe('Tickets opened by one person, or by one address without signing in.'),
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
