import type { Preview } from '../../kb/index.ts';
import type { Translator } from '../../platform/i18n/index.ts';

/** What the renderer noticed and which links lead nowhere, in the order of the text. */
export function previewNotes(tr: Translator, { remarks, deadLinks }: Preview): string[] {
  const dead = deadLinks.map(({ slug, line, why }) => ({ line, message: tr.t(`authoring.link.${why}`, { slug }) }));
  const noticed = remarks.map(({ line, code }) => ({ line, message: tr.t(`authoring.remark.${code}`) }));
  return [...noticed, ...dead]
    .sort((one, other) => one.line - other.line)
    .map(({ line, message }) => tr.t('authoring.atLine', { line, message }));
}
