import typescript from '@typescript-eslint/eslint-plugin';
import * as typescriptParser from '@typescript-eslint/parser';
import astro from 'eslint-plugin-astro';
import { walls } from './scripts/walls.mjs';

const code = ['**/*.{js,mjs,ts,astro}'];

/** Rules that read one file. */
const plain = {
  '@typescript-eslint/ban-ts-comment': 'error',
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/no-non-null-assertion': 'error',
  'array-callback-return': 'error',
  eqeqeq: 'error',
  'no-constant-binary-expression': 'error',
  'no-constant-condition': ['error', { checkLoops: 'allExceptWhileTrue' }],
  'no-debugger': 'error',
  'no-duplicate-imports': ['error', { allowSeparateTypeImports: true }],
  'no-eval': 'error',
  'no-implied-eval': 'error',
  'no-misleading-character-class': 'error',
  'no-new-func': 'error',
  'no-self-compare': 'error',
  'no-template-curly-in-string': 'error',
  'no-unreachable-loop': 'error',
  'no-unsafe-finally': 'error',
  'no-unused-expressions': 'error',
  'no-var': 'error',
  'object-shorthand': 'error',
  'prefer-const': 'error',
};

/** Rules that ask the compiler: a forgotten promise is a write that nobody waited for. */
const typed = {
  '@typescript-eslint/await-thenable': 'error',
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-misused-promises': 'error',
  '@typescript-eslint/return-await': ['error', 'in-try-catch'],
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
};

/** Time, dice and the network come in through Runtime, so that a test can hold them. */
const fromRuntime = {
  'no-restricted-properties': [
    'error',
    { object: 'Date', property: 'now', message: 'Take the time from Runtime.' },
    { object: 'Math', property: 'random', message: 'Take randomness from Runtime.' },
    { object: 'globalThis', property: 'fetch', message: 'Take fetch from Runtime.' },
  ],
  'no-restricted-globals': ['error', { name: 'fetch', message: 'Take fetch from Runtime.' }],
};

export default [
  { ignores: ['dist/', 'data/', '.astro/', 'test/.artifacts/'] },
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' } },
  ...astro.configs['flat/base'],
  { files: code, plugins: { '@typescript-eslint': typescript }, rules: plain },
  {
    files: ['**/*.ts'],
    languageOptions: { parser: typescriptParser },
    rules: { '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }] },
  },
  {
    files: ['{src,test,bench}/**/*.ts', '*.ts'],
    ignores: ['**/*.astro/*'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: typed,
  },
  {
    files: ['src/**/*.ts'],
    rules: { 'max-lines': ['error', { max: 350, skipBlankLines: true }], 'no-console': 'error' },
  },
  { files: ['src/cli/**/*.ts', 'src/ui/**/*.ts'], rules: { 'no-console': 'off' } },
  {
    files: ['src/{app,kb,orders,crm-bridge,accounts,platform}/**/*.ts'],
    ignores: ['src/platform/runtime.ts'],
    rules: fromRuntime,
  },
  ...walls,
];
