import type { ArticleText, EditConflict, EditorArticle, FactsInput } from '../../kb/index.ts';
import type { Form } from '../../platform/http/index.ts';
import type { FieldFault } from '../../platform/refusal.ts';
import { fieldOf } from '../submit.ts';
import { instantOf, wallTime } from './zonedTime.ts';

/** What stands in the editor's form, as it was typed. */
export interface EditorFields {
  title: string;
  summary: string;
  keywords: string;
  source: string;
  version: string;
  note: string;
  audience: string;
  category: string;
  kind: string;
  owner: string;
  checked: string;
  publishAt: string;
  unpublishAt: string;
}

/** The fields that can be set beside the text; each travels with what it was, so that only a change is one. */
const factFields = ['audience', 'category', 'kind', 'owner', 'checked'] as const;

/** The form for an article as it is. */
export function fieldsOf(article: EditorArticle, timeZone: string): EditorFields {
  const { title, summary, keywords, source } = article.text;
  return {
    ...{ title, summary, source, keywords: keywords.join('\n'), version: String(article.version), note: '' },
    ...{ audience: article.audience, category: article.category, kind: article.kind, checked: article.checked ?? '' },
    owner: article.owner?.personId ?? '',
    publishAt: wallTime(article.publishAt, timeZone),
    unpublishAt: wallTime(article.unpublishAt, timeZone),
  };
}

/** The form as it was sent; what it does not hold stays as the article has it. */
export function sentFields(form: Form, present: EditorFields): EditorFields {
  const names = Object.keys(present) as (keyof EditorFields)[];
  const sent = names.map((name) => [name, form.fields[name]?.[0]?.replaceAll('\r\n', '\n') ?? present[name]]);
  return Object.fromEntries(sent) as unknown as EditorFields;
}

export function textOf({ title, summary, keywords, source }: EditorFields): ArticleText {
  return { title, summary, source, keywords: keywords.split('\n') };
}

/** The facts that the sender changed; null when none. What is none of the choices is the use case's to refuse. */
export function changedFacts(form: Form, fields: EditorFields): Omit<FactsInput, 'articleId'> | null {
  const changed = factFields.filter((name) => {
    const was = form.fields[`was.${name}`]?.[0];
    return was !== undefined && was !== fields[name];
  });
  if (changed.length === 0) return null;
  const facts = Object.fromEntries(changed.map((name) => [name === 'owner' ? 'ownerId' : name, fields[name]]));
  return facts as Omit<FactsInput, 'articleId'>;
}

/** From when until when readers shall see it; an empty field is no limit. */
export function windowOf(fields: EditorFields, timeZone: string) {
  const limit = (wall: string): string | null => (wall === '' ? null : instantOf(wall, timeZone));
  return { publishAt: limit(fields.publishAt), unpublishAt: limit(fields.unpublishAt) };
}

/** Faults by the fields of this form: a use case names them after its own input. */
export function formFaults(faults: readonly FieldFault[]): FieldFault[] {
  const names: Record<string, string> = { ownerId: 'owner', image: 'picture', articleId: 'target' };
  return faults.map((fault) => {
    const [first = '', second] = fault.field.split('.');
    const name = (first === 'text' || first === 'redirect' ? second : first) ?? first;
    return { ...fault, field: names[name] ?? name };
  });
}

/** Both texts, where a refusal carries them. By shape: the class may be another bundle's. */
export function editConflictOf(error: unknown): EditConflict | null {
  return error instanceof Error && 'conflict' in error ? (error.conflict as EditConflict) : null;
}

/** The form of somebody who may only say what they found. */
export function suggestedText(form: Form | null, article: EditorArticle) {
  const said = (name: 'title' | 'summary' | 'source'): string =>
    form?.fields[name]?.[0]?.replaceAll('\r\n', '\n') ?? article.text[name];
  return { title: said('title'), summary: said('summary'), source: said('source'), words: fieldOf(form, 'words') };
}
