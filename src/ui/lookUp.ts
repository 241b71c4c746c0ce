import type { RequestLook } from '../orders/index.ts';
import type { Translator } from '../platform/i18n/index.ts';

/** `m••@kitewood.example`: enough to see a slip of the finger, too little to learn an address. */
export function maskedAddress(email: string): string {
  const at = email.lastIndexOf('@');
  const [first = ''] = email;
  return `${first}••${email.slice(at)}`;
}

/** What is wrong with the digits, in words; `field`: they may be typed again. */
export function codeTrouble(
  tr: Translator,
  look: Extract<RequestLook, { state: 'open' }>,
  isWrong: boolean,
): { text: string; field: boolean } | null {
  if (look.code === 'tried') return { text: tr.t('lookUp.code.tried'), field: false };
  if (look.code === 'spent') return { text: tr.t('lookUp.code.spent'), field: false };
  if (look.code === 'late') return { text: tr.t('lookUp.code.late', { until: tr.time(look.codeUntil) }), field: false };
  return isWrong ? { text: tr.t('lookUp.code.wrong', { left: look.triesLeft }), field: true } : null;
}
