import type { Translator } from '../platform/i18n/index.ts';
import type { FileFault, Form } from '../platform/http/index.ts';

/** What a form says it takes: files, and bytes of each. The front and the bridge hold the same. */
export const uploadLimits = { max: 5, maxSize: 25 * 1024 * 1024 } as const;

/** The files that a form holds by their tokens: kept from earlier rounds, then new, without the one just dropped. */
export function filesOf(form: Form | null): string[] {
  if (!form) return [];
  const dropped = form.fields['drop'] ?? [];
  const all = [...(form.fields['staged'] ?? []), ...form.files.map((file) => file.id)];
  return [...new Set(all)].filter((token) => !dropped.includes(token));
}

/** Why files were not kept, in words. */
export function fileMessages(tr: Translator, faults: readonly FileFault[]): string[] {
  const said = faults.map(({ field, name, code }) =>
    code === 'too_large'
      ? tr.fault({ field, key: 'errors.fileTooLarge', params: { name, size: tr.fileSize(uploadLimits.maxSize) } })
      : tr.fault({ field, key: 'errors.tooManyFiles', params: { max: uploadLimits.max } }),
  );
  return [...new Set(said)];
}
