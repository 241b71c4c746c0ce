import { z } from 'zod';

const PREFIX = 'W-';

/** A ticket's number as people read it out and links carry it. */
export function ticketName(number: number): string {
  return `${PREFIX}${number}`;
}

/** The stored number behind `W-2087` or `2087`; null when it is none. */
export function ticketNumber(name: string): number | null {
  const digits = /^(?:w-)?(\d{1,9})$/i.exec(name)?.[1];
  const parsed = z.coerce.number().int().positive().safeParse(digits);
  return parsed.success ? parsed.data : null;
}
