// @ts-check
// Who may import whom, as rules for ESLint. The drawing is in docs/architecture.md; the table here is what holds it.

/**
 * @typedef {object} Room a folder of src
 * @property {string[]} values rooms it may import from (`platform/i18n`: that part of platform alone)
 * @property {string[]} [types] rooms of which it may import types, but no values
 */
/**
 * @typedef {object} Pattern one entry of the rule's `patterns`
 * @property {string} regex
 * @property {string} message
 * @property {boolean} [allowTypeImports]
 */
/** @typedef {import('eslint').Linter.Config} Config */

const domain = ['kb', 'orders', 'crm-bridge', 'accounts', 'platform'];

/** @type {Record<string, Room>} */
const rooms = {
  cli: { values: ['app', 'platform'] },
  pages: { values: ['ui', 'platform/i18n'], types: ['app', ...domain] },
  ui: { values: ['platform/i18n'], types: ['app', ...domain] },
  app: { values: domain },
  kb: { values: ['crm-bridge', 'accounts', 'platform'] },
  orders: { values: ['crm-bridge', 'accounts', 'platform'] },
  'crm-bridge': { values: ['accounts', 'platform'] },
  accounts: { values: ['platform'] },
  platform: { values: [] },
};

/** What of a room others may name. Platform is a group of rooms; ui is a shelf of components. */
const doors = { platform: '(?:[^/]+/index|runtime|refusal)\\.ts', ui: '.+', other: 'index\\.ts' };

/** Folders of plugins, each with the file that says what a plugin of the kind must give. */
const kinds = [
  { room: 'kb', folder: 'engines', contract: 'engine.ts' },
  { room: 'crm-bridge', folder: 'connectors', contract: 'connector.ts' },
  { room: 'orders', folder: 'sources', contract: 'source.ts' },
];

/** How deep folders may nest below src: patterns are written for each depth, since an import names only the way up. */
const depths = [1, 2, 3, 4, 5, 6];

/** @param {string} room */
const doorOf = (room) => (room === 'platform' || room === 'ui' ? doors[room] : doors.other);

/** @param {number} steps @returns {string} the regular expression for the way up, `./` for none */
const up = (steps) => (steps === 0 ? '\\./' : '\\.\\./'.repeat(steps));

/** Paths that hide where they lead. @type {Pattern[]} */
const plainPaths = [
  { regex: '^/', message: 'Write a path relative to this file.' },
  { regex: '^\\./\\.|/\\./|[^./][^/]*/\\.\\./', message: 'Write the shortest relative path.' },
];

/**
 * @param {string} room the importing one
 * @param {string} target
 * @returns {string} what to do instead of importing `target`
 */
function insteadOf(room, target) {
  if (room === 'pages' || room === 'ui') {
    return `${room} take no values of src/${target}: call a use case of Astro.locals.app; types come by "import type".`;
  }
  if (['cli', 'pages', 'ui'].includes(target)) return `Nothing imports src/${target}: what both need stands lower.`;
  if (room === 'cli') return `cli asks src/app: let a use case of it do what is wanted of src/${target}.`;
  if (room === 'platform') return `platform knows no word of the domain: let src/${target} pass in what is needed.`;
  if (rooms[target]?.values.includes(room) || target === 'app') {
    return `src/${target} stands above src/${room}: declare a port here (a type of what is needed), which src/app connects.`;
  }
  return `src/${room} and src/${target} do not know each other: what spans both is a use case in src/app.`;
}

/**
 * @param {string} room
 * @param {number} depth folders between src and the importing file
 * @returns {Pattern[]} what a file of the room must not import of other rooms
 */
function patternsBetween(room, depth) {
  const { values, types = [] } = rooms[room] ?? { values: [] };
  const patterns = Object.keys(rooms).flatMap((target) => {
    const path = `^${up(depth)}${target}`;
    if (target === room) {
      const message = 'Within a room, write the shortest relative path.';
      return depth === 0 ? [] : [{ regex: `${path}(?:/|$)`, message }];
    }
    const parts = values
      .filter((value) => value.startsWith(`${target}/`))
      .map((value) => value.slice(target.length + 1));
    const isOpen = values.includes(target);
    if (!isOpen && !types.includes(target) && parts.length === 0) {
      return [{ regex: `${path}(?:/|$)`, message: insteadOf(room, target) }];
    }
    /** @type {Pattern[]} */
    const found = [
      {
        regex: `${path}(?!/${doorOf(target)}$)(?:/|$)`,
        message: `Enter src/${target} by its door (${target === 'platform' ? 'platform/PART' : target}/index.ts): export there what is needed.`,
      },
    ];
    if (!isOpen) {
      const open = parts.length === 0 ? '' : `(?!(?:${parts.join('|')})/)`;
      found.push({
        regex: `${path}/${open}${doorOf(target)}$`,
        message: insteadOf(room, target),
        allowTypeImports: types.includes(target),
      });
    }
    return found;
  });
  const outside = `^${up(depth + 1)}(?:test|bench|scripts|dist|node_modules)/`;
  return [
    ...plainPaths,
    ...patterns,
    { regex: outside, message: 'src imports nothing from outside src but packages.' },
  ];
}

/**
 * @param {string} room
 * @param {number} depth
 * @returns {Pattern[]} what a file of the room must not import within the room
 */
function patternsWithin(room, depth) {
  if (room === 'platform') {
    const message = 'Enter another part of platform by its index.ts.';
    if (depth === 1) return [{ regex: '^\\./[^/]+/(?!index\\.ts$)', message }];
    return [{ regex: `^${up(depth - 1)}(?!\\.\\./)(?!${doors.platform}$)`, message }];
  }
  return kinds
    .filter((kind) => kind.room === room)
    .map(({ folder }) => ({
      regex: `^${up(depth - 1)}${folder}/[^/]+/(?!index\\.ts$)`,
      message: `Enter a plugin by its index.ts.`,
    }));
}

/** No SQL and no foreign calls where HTML is made. @type {Pattern[]} */
const noDatabase = [
  {
    regex: '^(?:kysely|pg|(?:node:)?sqlite|better-sqlite3)(?:/|$)',
    message: 'Pages hold no SQL: call a use case of Astro.locals.app.',
  },
];

/** @param {Pattern[]} patterns @returns {import('eslint').Linter.RulesRecord} */
const restrict = (patterns) => ({ '@typescript-eslint/no-restricted-imports': ['error', { patterns }] });

/** @param {string} room @returns {Config[]} */
function roomWalls(room) {
  const isSurface = room === 'pages' || room === 'ui';
  /** @param {number} depth */
  const rulesAt = (depth) =>
    restrict([...patternsBetween(room, depth), ...patternsWithin(room, depth), ...(isSurface ? noDatabase : [])]);
  /** @param {number} depth */
  const folders = (depth) => `src/${room}/${'*/'.repeat(depth - 1)}`;
  return [
    ...depths.map((depth) => ({ files: [`${folders(depth)}*.{ts,astro}`], rules: rulesAt(depth) })),
    // A <script> in a component is linted as a file below it, yet its imports start at the component.
    ...(isSurface
      ? depths.map((depth) => ({ files: [`${folders(depth)}*.astro/*.{js,ts}`], rules: rulesAt(depth) }))
      : []),
  ];
}

/** @param {typeof kinds[number]} kind @returns {Config[]} */
function pluginWalls({ room, folder, contract }) {
  return depths
    .filter((depth) => depth >= 3)
    .map((depth) => ({
      files: [`src/${room}/${folder}/${'*/'.repeat(depth - 2)}*.ts`],
      rules: restrict([
        ...plainPaths,
        { regex: `^${up(depth - 2)}(?!\\.\\./)`, message: 'A plugin does not know another plugin.' },
        {
          regex: `^${up(depth - 1)}(?!\\.\\./|${contract.replace('.', '\\.')}$)`,
          message: `Of its room, a plugin imports only the contract: ${room}/${contract}.`,
        },
        {
          regex: `^${up(depth)}(?!platform/${doors.platform}$)`,
          message: `A plugin imports only its contract (${room}/${contract}), its own files, packages and platform.`,
        },
      ]),
    }));
}

/** `import('…')` is seen by no rule for imports, neither as a value nor as a type. */
const climbing = [
  {
    selector: 'ImportExpression[source.value=/^(\\.\\.\\/|\\/)/]',
    message: 'Import other rooms statically, so that the walls see it.',
  },
  {
    selector: 'TSImportType > Literal[value=/^(\\.\\.\\/|\\/)/]',
    message: 'Write "import type", so that the walls see it.',
  },
];

/** The rules that make the walls. */
export const wallRules = new Set([
  '@typescript-eslint/no-restricted-imports',
  'no-restricted-syntax',
  'no-restricted-globals',
]);

/** @type {Config[]} */
export const walls = [
  ...Object.keys(rooms).flatMap(roomWalls),
  // What lies in src itself is Astro's: middleware counts as a page.
  { files: ['src/*.ts'], rules: restrict([...patternsBetween('pages', 0), ...noDatabase]) },
  ...kinds.flatMap(pluginWalls),
  {
    files: ['waypost.config.ts'],
    rules: restrict([
      {
        regex: `^\\./src/(?!app/config\\.ts$|(?:${kinds.map(({ room }) => room).join('|')})/index\\.ts$)`,
        message: 'The configuration imports src/app/config.ts, and plugins through the index.ts of their room.',
      },
    ]),
  },
  {
    files: ['src/**/*.{ts,astro}', 'src/**/*.astro/*.{js,ts}'],
    ignores: ['src/cli/**'],
    rules: { 'no-restricted-syntax': ['error', ...climbing] },
  },
  {
    files: ['src/pages/**/*.{ts,astro}', 'src/ui/**/*.astro', 'src/middleware.ts'],
    ignores: ['**/*.astro/*'],
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'fetch', message: 'Pages ask nobody: call a use case of Astro.locals.app.' },
      ],
    },
  },
];
