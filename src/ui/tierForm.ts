import type { Tier } from '../accounts/index.ts';
import type { Form } from '../platform/http/index.ts';
import type { FieldFault } from '../platform/refusal.ts';
import { fieldOf } from './submit.ts';

/** A tier's form as text, as it was typed or as it stands. */
export interface TierTyped {
  rank: string;
  key: string;
  en: string;
  'zh-cn': string;
  reply: string;
  solution: string;
  'benefits-en': string;
  'benefits-zh-cn': string;
}

/** The form of a tier that is there. */
export function tierShown(tier: Tier): TierTyped {
  const { rank, key, names, firstReplyHours, solutionHours, benefits } = tier;
  return {
    ...{ rank: String(rank), key, en: names.en, 'zh-cn': names['zh-cn'] },
    ...{ reply: firstReplyHours?.toString() ?? '', solution: solutionHours?.toString() ?? '' },
    ...{ 'benefits-en': benefits.en.join('\n'), 'benefits-zh-cn': benefits['zh-cn'].join('\n') },
  };
}

/** What was typed. */
export function tierTyped(form: Form | null): TierTyped {
  const field = (name: keyof TierTyped): string => fieldOf(form, name);
  return {
    ...{ rank: field('rank'), key: field('key'), en: field('en'), 'zh-cn': field('zh-cn') },
    ...{ reply: field('reply'), solution: field('solution') },
    ...{ 'benefits-en': field('benefits-en'), 'benefits-zh-cn': field('benefits-zh-cn') },
  };
}

/** What the use case takes; what is no number is left for it to refuse. */
export function tierInputOf(typed: TierTyped) {
  return {
    ...{ rank: numberOf(typed.rank) ?? Number.NaN, key: typed.key },
    names: { en: typed.en, 'zh-cn': typed['zh-cn'] },
    ...{ firstReplyHours: numberOf(typed.reply), solutionHours: numberOf(typed.solution) },
    benefits: { en: linesOf(typed['benefits-en']), 'zh-cn': linesOf(typed['benefits-zh-cn']) },
  };
}

const fields: Readonly<Record<string, keyof TierTyped>> = {
  firstReplyHours: 'reply',
  solutionHours: 'solution',
};

/** A fault at the field of the form where it was typed. */
export function tierFault(fault: FieldFault): FieldFault {
  const benefit = /^benefits\.(en|zh-cn)/.exec(fault.field)?.[1];
  const field = benefit ? `benefits-${benefit}` : (fields[fault.field] ?? fault.field.replace('names.', ''));
  return { ...fault, field };
}

function numberOf(text: string): number | null {
  return text.trim() === '' ? null : Number(text);
}

function linesOf(text: string): string[] {
  return text
    .split(/\r?\n/u)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
