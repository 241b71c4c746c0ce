import { z } from 'zod';
import { isTimeZone, locales } from '../i18n/index.ts';

const line = (expected: string) => z.string({ error: expected }).trim().min(1, expected).max(200, expected);
/** A text in every language, or one for each. */
const worded = (expected: string) =>
  z.union([line(expected), z.partialRecord(z.enum(locales), line(expected))], { error: expected });

/** Who the portal speaks for. The same on every page and mail. */
export const brandSchema = z.strictObject(
  {
    /** The company, as customers know it: `Kitewood`. */
    name: line('the company’s name, 1 to 200 characters'),
    /** What stands after the name in a header: `Help`, `帮助`. */
    helpName: worded('a word such as Help, or one for each language').optional(),
    /** The portal's languages; the first is offered when a visitor's own is missing. */
    locales: z
      .array(z.enum(locales, { error: `one of ${locales.join(', ')}` }), { error: 'a list of languages' })
      .min(1, 'at least one language')
      .refine((list) => new Set(list).size === list.length, 'each language once'),
    /** The name and postal address at the foot of a mail. */
    imprint: worded('the company’s name and postal address').optional(),
    phone: worded('a telephone number').optional(),
    /** When the telephone is answered, in words. */
    hours: worded('hours in words').optional(),
    /** Where mails come from. */
    mail: z.email({ error: 'an e-mail address' }).optional(),
    /** The company's time zone (IANA), in which times are shown. */
    timeZone: z
      .string({ error: 'a time zone such as Europe/Berlin' })
      .refine(isTimeZone, 'a time zone such as Europe/Berlin'),
  },
  {
    error: (issue) => (issue.code === 'unrecognized_keys' ? undefined : 'the company’s name, languages and time zone'),
  },
);

export type Brand = z.output<typeof brandSchema>;
