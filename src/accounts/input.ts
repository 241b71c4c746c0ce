import { z } from 'zod';
import { email, oneLine } from '../platform/fields/index.ts';
import { defaultLocale, locales } from '../platform/i18n/index.ts';
import { localPath } from './localPath.ts';

/** Characters of a password. A long sentence fits; the hash takes the same time for any length. */
export const passwordLength = { min: 10, max: 128 } as const;

const NAME_LENGTH = 120;

/** Whether something from an address or a form can be an id of ours; PostgreSQL does not even take a NUL for text. */
export const isId = (value: string): boolean => /^[0-9a-f-]{36}$/.test(value);

/** The name of a group or tier in audiences. */
export const audienceKey = () =>
  z
    .string({ error: 'errors.required' })
    .trim()
    .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, { error: 'errors.slug' })
    .max(40, { error: 'errors.tooLong|{"max":40}' });

export const nameField = () => oneLine(NAME_LENGTH);

/** A password somebody chooses. Any characters, kept as typed. */
export const newPasswordField = () =>
  z
    .string({ error: 'errors.required' })
    .refine((value) => value !== '', { error: 'errors.required', abort: true })
    .refine((value) => value.isWellFormed(), { error: 'errors.unreadable', abort: true })
    .refine((value) => [...value].length >= passwordLength.min, {
      error: `errors.tooShort|${JSON.stringify({ min: passwordLength.min })}`,
      abort: true,
    })
    .refine((value) => [...value].length <= passwordLength.max, {
      error: `errors.tooLong|${JSON.stringify({ max: passwordLength.max })}`,
      abort: true,
    })
    .refine((value) => !guessedFirst(value), { error: 'errors.passwordWeak' });

const localeField = () => z.enum(locales, { error: 'errors.choice' }).default(defaultLocale);

/** A target that is not ours is dropped without a word: nobody typed it. */
const returnToField = () => z.unknown().optional().transform(localPath);

export const signInInput = z.object({
  email: email(),
  password: z.string({ error: 'errors.required' }).min(1, { error: 'errors.required' }),
});

export const signUpInput = z.object({
  name: nameField(),
  email: email(),
  password: newPasswordField(),
  locale: localeField(),
  returnTo: returnToField(),
});

export const mailRequestInput = z.object({ email: email(), locale: localeField(), returnTo: returnToField() });

export const newPasswordInput = z.object({ password: newPasswordField() });

export const setUpInput = z.object({
  name: nameField(),
  email: email(),
  password: newPasswordField(),
  locale: localeField(),
});

export const guestInput = z.object({ name: nameField(), email: email(), locale: localeField() });

/** One sign over and over, or a run of neighbours such as 1234567890 or abcdefghij. */
function guessedFirst(password: string): boolean {
  const signs = [...password].map((sign) => sign.codePointAt(0) ?? 0);
  const steps = new Set(signs.slice(1).map((sign, index) => sign - (signs[index] ?? 0)));
  return steps.size <= 1 || /^(password|passwort|qwertyuiop|1234567890|letmein|welcome)+\d{0,4}$/i.test(password);
}
