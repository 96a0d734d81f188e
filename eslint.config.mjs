import jest from 'eslint-plugin-jest';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const TESTS = ['test/**/*.ts', 'src/**/*.spec.ts', 'src/**/*.e2e-spec.ts'];

/** Programs that are started by hand or by another tool, not parts of the running hub. */
const TOOLS = ['scripts/**', 'bench/**', 'storm/**', 'faults/**', 'fuzz/**', 'migrations/**', '*.mjs'];

/** Where a program begins: it may write to the terminal and reads what it was started with. */
const ENTRY_POINTS = [
  'src/main.ts',
  'src/{sandbox,conformance}/main.ts',
  'src/commands/**/*.ts',
  'src/journeys/**/*.ts',
  'src/start/**/*.ts',
];

const FORWARD_REF = {
  name: '@nestjs/common',
  importNames: ['forwardRef'],
  message: 'Imports go down only (.dependency-cruiser.cjs): move what both need to a lower module instead.',
};
const AXIOS = [
  {
    name: 'axios',
    message: 'Outside HTTP goes through a *.client.ts (one class per vendor) or src/schedulers/*http*.ts; no axios type leaves it.',
  },
  {
    name: '@nestjs/axios',
    importNames: ['HttpService'],
    message: 'Outside HTTP goes through a *.client.ts (one class per vendor) or src/schedulers/*http*.ts.',
  },
];
const PROCESS = ['process', 'node:process'].map(name => ({
  name,
  message: 'Use the global `process`, so that the ban on process.env sees it.',
}));

const ENV = { object: 'process', property: 'env', message: 'Settings are read and validated in src/config alone: inject HubConfig.' };
const NOW = [
  {
    object: 'Date',
    property: 'now',
    message: 'src/common/clock.ts is the only source of now: inject Clock, or take the time as an argument.',
  },
  {
    object: 'Temporal',
    property: 'Now',
    message: 'src/common/clock.ts is the only source of now: inject Clock, or take the time as an argument.',
  },
];
const NEW_DATE = ['NewExpression', 'CallExpression'].map(node => ({
  selector: `${node}[callee.name="Date"][arguments.length=0]`,
  message: 'src/common/clock.ts is the only source of now: inject Clock, or take the time as an argument.',
}));

const OWN_CONTEXT = {
  selector: 'CallExpression[callee.object.name="RequestContext"][callee.property.name="create"]',
  message: 'Say for which facilities it works: asWorker (database/worker-context.ts), or withinFacilities around it.',
};

export default defineConfig(
  globalIgnores(['dist/', 'coverage/', '.data/', 'src/metadata.ts', 'test/contract/scheduler-api.types.ts']),
  { linterOptions: { reportUnusedDisableDirectives: 'error', reportUnusedInlineConfigs: 'error' } },

  {
    name: 'hub/every file',
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-constant-binary-expression': 'error',
      'no-control-regex': 'error',
      'no-debugger': 'error',
      'no-dupe-else-if': 'error',
      'no-duplicate-imports': ['error', { allowSeparateTypeImports: true }],
      'no-empty': ['error', { allowEmptyCatch: true }],
      'no-fallthrough': 'error',
      'no-param-reassign': 'error',
      'no-restricted-imports': ['error', { paths: [FORWARD_REF] }],
      'no-self-compare': 'error',
      'no-shadow-restricted-names': 'error',
      'no-unreachable-loop': 'error',
      'no-unsafe-finally': 'error',
      'no-useless-catch': 'error',
      'no-useless-escape': 'error',
      'no-useless-rename': 'error',
      'no-var': 'error',
      'object-shorthand': 'error',
      'prefer-const': ['error', { destructuring: 'all' }],
    },
  },

  {
    name: 'hub/typescript',
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.check.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      // An empty class is how Nest names a module.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      // Numbers read the same in every locale here; all else must be made text on purpose.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowAny: false, allowBoolean: false, allowNever: false, allowNullish: false, allowRegExp: false },
      ],
      '@typescript-eslint/restrict-plus-operands': [
        'error',
        { allowNumberAndString: true, allowAny: false, allowBoolean: false, allowNullish: false, allowRegExp: false },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true, ignoreVoidOperator: true }],
      '@typescript-eslint/no-floating-promises': ['error', { checkThenables: true, ignoreVoid: true }],
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: 'only-allowed-literals' }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        {
          args: 'after-used',
          argsIgnorePattern: '^_',
          caughtErrors: 'none',
          destructuredArrayIgnorePattern: '^_',
          ignoreRestSiblings: true,
        },
      ],
      // A new member of a union must be decided everywhere; a `default` does not count as a decision.
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: false, requireDefaultForNonUnion: true },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-empty-function': ['error', { allow: ['arrowFunctions', 'private-constructors', 'protected-constructors'] }],
      // The swagger plugin and the decorators' metadata read a field's written type: `limit: number = 20` needs it.
      '@typescript-eslint/no-inferrable-types': 'off',
      // A DTO is a shape with decorators: a plain object that has the shape is one, and a spread loses nothing.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-misused-spread': 'off',
      // `env['NAME']` may say that the name is data, not a property of the type.
      '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
      // Asks for the `!` that no-non-null-assertion forbids.
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
    },
  },

  {
    name: 'hub/product',
    files: ['src/**/*.ts'],
    rules: {
      'no-console': 'error',
      'no-restricted-imports': ['error', { paths: [FORWARD_REF, ...AXIOS, ...PROCESS] }],
      'no-restricted-properties': ['error', ENV, ...NOW],
      'no-restricted-syntax': ['error', ...NEW_DATE, OWN_CONTEXT],
    },
  },
  {
    name: 'hub/http clients',
    files: ['src/**/*.client.ts', 'src/schedulers/**/*http*.ts'],
    rules: { 'no-restricted-imports': ['error', { paths: [FORWARD_REF, ...PROCESS] }] },
  },
  {
    name: 'hub/contexts of their own',
    files: ['src/database/worker-context.ts', 'src/availability/live-months.service.ts'],
    rules: { 'no-restricted-syntax': ['error', ...NEW_DATE] },
  },
  {
    name: 'hub/the clock',
    files: ['src/common/clock.ts'],
    rules: { 'no-restricted-properties': ['error', ENV], 'no-restricted-syntax': 'off' },
  },
  {
    name: 'hub/settings and entry points',
    files: ['src/config/**/*.ts', 'src/mikro-orm.config.ts', ...ENTRY_POINTS],
    rules: { 'no-restricted-properties': ['error', ...NOW] },
  },
  {
    // It hands the environment on to PostgreSQL, and waits for it before there is a container to inject a clock.
    name: 'hub/the embedded server',
    files: ['src/database/embedded-postgres.ts'],
    rules: { 'no-restricted-properties': 'off', 'no-restricted-syntax': 'off' },
  },
  { name: 'hub/may print', files: ENTRY_POINTS, rules: { 'no-console': 'off' } },
  {
    name: 'hub/filled in by the ORM and the transformer',
    files: ['**/*.entity.ts', '**/*.dto.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },

  {
    name: 'hub/tests',
    files: TESTS,
    extends: [jest.configs['flat/recommended']],
    settings: { jest: { version: 30, globalPackage: '@jest/globals' } },
    rules: {
      'no-console': 'off',
      'no-restricted-imports': ['error', { paths: [FORWARD_REF] }],
      'no-restricted-properties': 'off',
      'no-restricted-syntax': 'off',
      // A response's body is `any`: what it holds is what the test asserts.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowAny: true, allowNullish: true, allowBoolean: true, allowNever: false, allowRegExp: false },
      ],
      // A fake keeps the signature of what it stands for.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/unbound-method': 'off',
      'jest/unbound-method': 'error',
      'jest/consistent-test-it': ['error', { fn: 'it', withinDescribe: 'it' }],
      'jest/expect-expect': ['error', { assertFunctionNames: ['expect', 'expect*', 'assert*', '**.expect', '**.assert*', 'fc.assert'] }],
      'jest/no-commented-out-tests': 'error',
      'jest/no-disabled-tests': 'error',
      'jest/no-duplicate-hooks': 'error',
      'jest/no-focused-tests': 'error',
      'jest/no-standalone-expect': ['error', { additionalTestBlockFunctions: ['beforeAll', 'beforeEach', 'afterAll', 'afterEach'] }],
      'jest/no-test-return-statement': 'error',
      'jest/prefer-hooks-on-top': 'error',
      'jest/require-to-throw-message': 'error',
      // A title is a true sentence: "refuses a reschedule after the cutoff".
      'jest/valid-title': ['error', { mustNotMatch: { it: ['^should\\b', 'Say what it does, not what it should do.'] } }],
    },
  },
  {
    name: 'hub/tools',
    files: TOOLS,
    rules: { 'no-restricted-properties': 'off', 'no-restricted-syntax': 'off' },
  },
);
