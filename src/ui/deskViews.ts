import type { DeskView } from '../crm-bridge/index.ts';
import type { Translator } from '../platform/i18n/index.ts';
import { withQuery } from './inquiry.ts';

/** The desk's saved views, in the order of their tabs. */
export const deskViews: readonly DeskView[] = ['open', 'mine', 'unassigned', 'waiting', 'solved'];

/** The view that an address names; all that is open for whatever is none. */
export function deskViewOf(name: string | null): DeskView {
  return deskViews.find((view) => view === name) ?? 'open';
}

/** Where a view stands. */
export function deskPath({ view, find, after }: { view: DeskView; find?: string; after?: string }): string {
  return withQuery('/staff/tickets', { view: view === 'open' ? undefined : view, find, after });
}

/** What an empty view says, and the way on. */
export function emptyView(
  tr: Translator,
  view: DeskView,
  find: string,
): { title: string; text: string; href?: string; button?: string } {
  if (find !== '') {
    const other = view === 'solved' ? 'open' : 'solved';
    return {
      title: tr.t('staff.empty.find.title'),
      text: tr.t('staff.empty.find', { query: find }),
      href: deskPath({ view: other, find }),
      button: tr.t(`staff.empty.find.${other}`),
    };
  }
  const words = { title: tr.t(`staff.empty.${view}.title`), text: tr.t(`staff.empty.${view}`) };
  if (view === 'open') return words;
  return view === 'mine'
    ? { ...words, href: deskPath({ view: 'unassigned' }), button: tr.t('staff.empty.toUnassigned') }
    : { ...words, href: deskPath({ view: 'open' }), button: tr.t('staff.empty.toOpen') };
}
