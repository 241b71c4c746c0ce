import { Refusal } from '../../platform/refusal.ts';
import { renderMarkdown, type RenderedMarkdown, type RenderOptions } from '../markdown/index.ts';

/**
 * Renders what an author wrote, as the page will show it.
 * @throws Refusal `invalid` when the Markdown is nested, or full of signs, beyond what can be shown.
 */
export function renderSource(source: string, about: RenderOptions): RenderedMarkdown {
  try {
    return renderMarkdown(source, about);
  } catch (error) {
    if (error instanceof RangeError) {
      const line = Number(/^Line (\d+):/.exec(error.message)?.[1] ?? 1);
      throw new Refusal('invalid', { fields: [{ field: 'source', key: 'errors.nested', params: { line } }] });
    }
    throw error;
  }
}
