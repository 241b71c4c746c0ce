/** The cookie that holds a reader's choice; without it the system decides. */
export const themeCookie = 'theme';

export const themes = ['auto', 'light', 'dark'] as const;

export type Theme = (typeof themes)[number];

/** The theme that a cookie or a form names; anything else is `auto`. */
export function themeOf(value: unknown): Theme {
  return themes.find((theme) => theme === value) ?? 'auto';
}
