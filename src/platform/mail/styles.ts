/**
 * The light rules, written into each element, since some mailboxes drop style sheets. The colours are those of the
 * style sheet's tokens as hexadecimal numbers: keep them in step with the brand.
 */
export const inline = {
  body: 'margin:0;padding:0;background:#fbf9f5;color:#231e19;font:16px/1.55 -apple-system,"Segoe UI",Roboto,"Noto Sans",Arial,"PingFang SC","Microsoft YaHei",sans-serif;-webkit-text-size-adjust:100%;overflow-wrap:break-word',
  zh: 'line-height:1.75;',
  preheader: 'display:none;max-height:0;overflow:hidden;font-size:1px;line-height:1px;color:#fbf9f5',
  mail: 'max-width:560px;margin:0 auto;padding:24px 20px 40px',
  paragraph: 'margin:0 0 14px',
  brand: 'margin:0 0 28px;padding:0 0 14px;border-bottom:1px solid #dfdbd4;font-weight:600',
  help: 'color:#645e57;font-weight:400',
  mark: 'display:inline-block;width:8px;height:16px;margin:0 8px -2px 0;background:#00604f;border-radius:1px',
  heading: 'margin:0 0 6px;font-size:22px;line-height:1.3;font-weight:600',
  byline: 'margin:0',
  subheading: 'margin:28px 0 8px;font-size:16px;line-height:1.4;font-weight:600',
  note: 'margin:0 0 14px;color:#645e57;font-size:13px',
  state: 'color:#7d5310;font-weight:600',
  message: 'margin:20px 0;padding:18px 20px 6px;background:#fffefd;border:1px solid #dfdbd4;border-radius:8px',
  earlier: 'margin:20px 0;padding:2px 0 2px 16px;border-left:3px solid #dfdbd4;color:#4d4740;font-size:14px',
  act: 'margin:24px 0 10px',
  button:
    'display:inline-block;padding:12px 22px;background:#00604f;border:1px solid #00604f;border-radius:5px;color:#f8fdfa;font-weight:600;text-decoration:none;line-height:1.25',
  code: 'margin:0 0 14px;font-size:28px;letter-spacing:5px;font-weight:600',
  lines: 'margin:0 0 14px;padding:0;list-style:none',
  line: 'padding:8px 0;border-top:1px solid #dfdbd4',
  board: 'margin:20px 0;padding:16px 20px;border-radius:3px 8px 8px 3px;',
  boards: {
    move: 'background:#ebefea;border-left:8px solid #00604f',
    ok: 'background:#e9f1e7;border-left:8px solid #2c6a30',
    waiting: 'background:#f7eedd;border-left:8px solid #7d5310',
    late: 'background:#fbebe7;border-left:8px solid #a3231c',
  },
  looks: {
    move: 'color:#00604f;font-weight:600',
    ok: 'color:#2c6a30;font-weight:600',
    waiting: 'color:#7d5310;font-weight:600',
    late: 'color:#a3231c;font-weight:600',
  },
  boardLine: 'margin:0',
  boardTitle: 'display:block;font-size:20px;line-height:1.35;font-weight:600',
  boardNote: 'margin:0;color:#645e57;font-size:13px',
  step: 'padding:0 0 12px 16px;border-left:3px solid #4d4740',
  hereStep: 'padding:0 0 12px 16px;border-left:3px solid #00604f;font-weight:600',
  aheadStep: 'padding:0 0 12px 16px;border-left:3px dashed #bfb9af;color:#645e57',
  link: 'color:#00604f;text-underline-offset:3px',
  foot: 'margin:36px 0 0;padding:14px 0 0;border-top:1px solid #dfdbd4;color:#645e57;font-size:13px',
  footLink: 'color:#4d4740',
} as const;

/** The dark rules, for mailboxes that read style sheets; they must win over the rules in the elements. */
export const darkRules = `
  :root { color-scheme: light dark; supported-color-schemes: light dark; }
  @media (prefers-color-scheme: dark) {
    body { background: #151310 !important; color: #ebe7e0 !important; }
    .preheader { color: #151310 !important; }
    a { color: #71c2a9 !important; }
    .brand, .foot, .line { border-color: #36322d !important; }
    .brand span, .note, .foot { color: #a39e96 !important; }
    .foot a { color: #c4beb5 !important; }
    .mark { background: #71c2a9 !important; }
    .message { background: #1e1b18 !important; border-color: #36322d !important; }
    .earlier { border-color: #4f4a43 !important; color: #c4beb5 !important; }
    .button { background: #71c2a9 !important; border-color: #71c2a9 !important; color: #04140f !important; }
    .state { color: #e3b667 !important; }
    .state.is-move { color: #71c2a9 !important; }
    .state.is-ok { color: #8fc98f !important; }
    .state.is-late { color: #f09a8f !important; }
    .board { background: #202621 !important; border-color: #71c2a9 !important; }
    .board.is-ok { border-color: #8fc98f !important; }
    .board.is-waiting { background: #29231a !important; border-color: #e3b667 !important; }
    .board.is-late { background: #2c1f1c !important; border-color: #f09a8f !important; }
    .step { border-color: #8d877e !important; }
    .step.is-here { border-color: #71c2a9 !important; }
    .step.is-ahead { border-color: #4f4a43 !important; color: #a39e96 !important; }
  }
  [data-ogsb] .board { background: #202621 !important; } [data-ogsc] a { color: #71c2a9 !important; } [data-ogsb] .button { background: #71c2a9 !important; } [data-ogsc] .button { color: #04140f !important; }
`;
