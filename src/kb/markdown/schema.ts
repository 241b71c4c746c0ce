import type { Options as Schema } from 'rehype-sanitize';
import { calloutIcons } from './calloutIcons.ts';

/** Ids that an article may carry begin with this, so that none can take the name of something on the page around it. */
export const ID_PREFIX = 's-';

const ownId = new RegExp(`^${ID_PREFIX}`);
const iconPaths = Object.values(calloutIcons).flat();

/**
 * What an article's HTML may hold, as a closed list: what is not named here is gone. No style, no handler, no class but
 * the look's, no id but our own, no link but to a page, a mail address or a telephone, no picture but ours. Icons are
 * allowed path by path.
 */
export const articleSchema: Schema = {
  strip: ['script', 'style', 'template', 'iframe', 'object', 'noscript'],
  clobber: [],
  clobberPrefix: '',
  protocols: { href: ['http', 'https', 'mailto', 'tel'] },
  ancestors: { tbody: ['table'], td: ['table'], th: ['table'], thead: ['table'], tr: ['table'], li: ['ol', 'ul'] },
  required: { input: { disabled: true, type: 'checkbox' } },
  tagNames: [
    ...['h2', 'h3', 'h4', 'h5', 'h6', 'p', 'br', 'hr', 'blockquote', 'pre', 'code', 'em', 'strong', 'del', 'sup'],
    ...['a', 'ul', 'ol', 'li', 'input', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'section', 'div', 'svg', 'path'],
    ...['img', 'figure', 'figcaption', 'span'],
  ],
  attributes: {
    '*': [['id', ownId, 'footnote-label']],
    a: [
      'href',
      ['rel', 'external', 'noopener'],
      ['ariaDescribedBy', 'footnote-label'],
      'ariaLabel',
      ['dataFootnoteRef', ''],
      ['dataFootnoteBackref', ''],
    ],
    code: [['className', /^language-[\w-]+$/]],
    span: [['className', /^hljs-[a-z_-]+$/, /^(?:function|class|inherited|constant|escape|invoke|self|language)_+$/]],
    img: [
      // Only our own, which the gate serves.
      ['src', /^\/images\/[a-z0-9][a-z0-9._-]*$/],
      'alt',
      ['width', /^[1-9]\d{0,4}$/],
      ['height', /^[1-9]\d{0,4}$/],
      ['loading', 'lazy'],
      ['decoding', 'async'],
    ],
    div: [
      ['className', 'callout', 'is-caution', 'is-danger', 'table-scroll'],
      ['role', 'note', 'region'],
      ['ariaLabelledBy', ownId],
      'ariaLabel',
      ['tabIndex', 0],
    ],
    h2: [['className', 'visually-hidden']],
    input: [['disabled', true], ['type', 'checkbox'], ['checked', true], 'ariaLabel'],
    li: [['className', 'task-list-item']],
    ol: ['start', ['className', 'steps', 'contains-task-list']],
    ul: [['className', 'contains-task-list']],
    pre: [['tabIndex', 0]],
    section: [['className', 'footnotes']],
    td: [['className', 'is-number']],
    th: [
      ['className', 'is-number'],
      ['scope', 'col'],
    ],
    svg: [
      ['className', 'icon'],
      ['viewBox', '0 0 24 24'],
      ['ariaHidden', 'true'],
    ],
    path: [['d', ...iconPaths]],
  },
};
