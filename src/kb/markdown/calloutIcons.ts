/** The kinds of callout, and the strokes of their icons (lucide: info, triangle-alert, octagon-alert). */
export const calloutIcons = {
  note: ['M12 2a10 10 0 1 0 0 20a10 10 0 1 0 0-20z', 'M12 16v-4', 'M12 8h.01'],
  caution: ['m21.73 18-8-14a2 2 0 0 0-3.48 0l-8 14A2 2 0 0 0 4 21h16a2 2 0 0 0 1.73-3', 'M12 9v4', 'M12 17h.01'],
  danger: [
    'M15.312 2H8.688a2 2 0 0 0-1.414.586L2.586 7.274A2 2 0 0 0 2 8.688v6.624a2 2 0 0 0 .586 1.414l4.688 4.688A2 2 0 0 0 8.688 22h6.624a2 2 0 0 0 1.414-.586l4.688-4.688A2 2 0 0 0 22 15.312V8.688a2 2 0 0 0-.586-1.414l-4.688-4.688A2 2 0 0 0 15.312 2',
    'M12 16h.01',
    'M12 8v4',
  ],
} as const;

export type CalloutKind = keyof typeof calloutIcons;

export function isCalloutKind(name: string): name is CalloutKind {
  return Object.hasOwn(calloutIcons, name);
}
