/** One thing that was looked at. */
export interface Finding {
  /** Who can reach what; what is owed; what is old; how it is set up. */
  area: 'public' | 'owed' | 'old' | 'setup';
  /** `note`: worth knowing, and maybe meant. `wrong`: to be mended. */
  level: 'ok' | 'note' | 'wrong';
  what: string;
  /** What to do; null when there is nothing to do. */
  todo: string | null;
}

export const ok = (area: Finding['area'], what: string): Finding => ({ area, level: 'ok', what, todo: null });
export const note = (area: Finding['area'], what: string, todo: string | null = null): Finding => ({
  ...{ area, level: 'note', what, todo },
});
export const wrong = (area: Finding['area'], what: string, todo: string): Finding => ({
  ...{ area, level: 'wrong', what, todo },
});
