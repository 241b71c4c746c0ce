import type { Audience, CustomerPart } from '../accounts/index.ts';
import type { Translator } from '../platform/i18n/index.ts';

type NamedPart = Pick<CustomerPart, 'audience' | 'names'>;

/**
 * Whom an article is for, in words.
 * @param parts the groups and tiers by name; one that is not among them is named in general.
 */
export function audienceWord(tr: Translator, audience: Audience, parts: readonly NamedPart[] = []): string {
  if (audience === 'public' || audience === 'customers' || audience === 'staff')
    return tr.t(`article.audience.${audience}`);
  const part = parts.find((one) => one.audience === audience);
  if (!part) return tr.t('article.audience.part');
  const key = audience.startsWith('tier:') ? 'article.audience.tier' : 'article.audience.group';
  return tr.t(key, { name: part.names[tr.locale] });
}
