import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const NODE_GLOBALS = [
  'process',
  'console',
  'Buffer',
  'URL',
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'clearInterval',
  'fetch',
  'performance',
  'AbortController',
  'AbortSignal',
  'TextDecoder',
  'TextEncoder',
  'structuredClone',
];
const COMMONJS_GLOBALS = ['require', 'module', '__dirname'];
const readonly = (names) => Object.fromEntries(names.map((name) => [name, 'readonly']));

const restrictedSyntax = [
  { selector: 'TSEnumDeclaration', message: 'Use a union of string literals.' },
  { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
  { selector: 'ExportAllDeclaration', message: 'A door names what it exports.' },
];
const environmentAccess = {
  selector: "MemberExpression[object.name='process'][property.name='env']",
  message: 'The environment is read in config/ (options/ in the SDK) and in main.ts only.',
};
const processExit = {
  selector: "CallExpression[callee.object.name='process'][callee.property.name='exit']",
  message: 'Only main.ts exits.',
};

export default defineConfig(
  globalIgnores(['**/dist/', '**/generated/', '**/noveum-data/', 'coverage/', 'bench/results/', '.cache/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ['*/tsconfig.json', '*/tsconfig.test.json', 'deploy/tsconfig.tools.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      'no-restricted-syntax': ['error', ...restrictedSyntax],
      eqeqeq: 'error',
      'no-console': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' },
      ],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/no-empty-function': ['error', { allow: ['arrowFunctions'] }],
      '@typescript-eslint/unified-signatures': 'off',
      // Names out of a payload read as what they are: keys.
      '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
      // Hot loops read bytes within bounds they have checked: `as number` says which type is meant, `!` does not.
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
    },
  },
  {
    files: ['*/src/**/*.ts'],
    ignores: ['**/*.test.ts', '*/src/{config,options}/**', 'collector/src/main.ts'],
    rules: { 'no-restricted-syntax': ['error', ...restrictedSyntax, environmentAccess, processExit] },
  },
  {
    files: ['**/*.test.ts', '*/test/**/*.ts', '**/contract/**/*.ts'],
    rules: {
      // A missing element fails the test with the line it was expected on, which is all that is wanted.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/require-await': 'off',
    },
  },
  { files: ['jest.config.ts', 'bench/**/*.ts'], rules: { 'no-restricted-syntax': 'off', 'no-console': 'off' } },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: { globals: readonly(NODE_GLOBALS) },
    rules: {
      'no-undef': 'error',
      'no-unused-vars': 'error',
      eqeqeq: 'error',
      'prefer-const': 'error',
      'no-var': 'error',
    },
  },
  { files: ['**/*.cjs'], languageOptions: { sourceType: 'commonjs', globals: readonly(COMMONJS_GLOBALS) } },
);
