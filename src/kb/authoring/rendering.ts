import { Refusal } from '../../platform/refusal.ts';
import { renderMarkdown, type RenderedMarkdown, type RenderOptions } from '../markdown/index.ts';

/**
 * Renders what an author wrote, as the page will show it.
 * @throws Refusal `invalid` when the Markdown is nested beyond what can be shown.
 */
export function renderSource(source: string, about: RenderOptions): RenderedMarkdown {
  try {
    return renderMarkdown(source, about);
  } catch (error) {
    if (error instanceof RangeError)
      throw new Refusal('invalid', { fields: [{ field: 'source', key: 'errors.nested' }] });
    throw error;
  }
}
