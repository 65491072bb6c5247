import nx from '@nx/eslint-plugin'
import prettier from 'eslint-config-prettier'
import tseslint from 'typescript-eslint'

/** What each kind of project may import. Left of the arrow in docs/architecture.md; nothing else, nothing sideways. */
const BOUNDARIES = {
  'type:traefik': { libs: [], packages: ['re2js'] },
  'type:contract': { libs: ['type:traefik'], packages: ['@standard-schema/spec'] },
  'type:plugin-part': { libs: ['type:contract', 'type:traefik'], packages: [] },
  'type:plugin': { libs: ['type:contract', 'type:plugin-part', 'type:traefik'], packages: ['zod'] },
  'type:kernel': { libs: ['type:contract', 'type:traefik'], packages: ['tinyqueue'] },
  'type:testkit': { libs: ['type:kernel', 'type:contract', 'type:traefik'], packages: ['diff', 'yaml'] },
  'type:docker': { libs: ['type:kernel', 'type:contract'], packages: ['dockerode', 'picomatch'] },
  'type:simulator': { libs: [], packages: [] },
  'type:config': { libs: ['type:contract', 'type:disk', 'type:traefik'], packages: ['yaml', 'zod'] },
  'type:server': {
    libs: ['type:kernel', 'type:contract', 'type:history', 'type:traefik'],
    packages: ['hono', 'hono/accepts', '@hono/node-server', 'zod'],
  },
  'type:traefik-api': { libs: [], packages: [] },
  'type:explain': {
    libs: ['type:kernel', 'type:contract', 'type:traefik', 'type:traefik-api', 'type:dns', 'type:installation'],
    packages: ['zod'],
  },
  'type:state': { libs: ['type:kernel', 'type:contract', 'type:disk', 'type:history'], packages: ['zod'] },
  'type:history': { libs: ['type:kernel', 'type:contract', 'type:traefik'], packages: ['diff'] },
  'type:metrics': { libs: ['type:kernel', 'type:contract'], packages: ['prom-client'] },
  'type:page': {
    libs: ['type:server', 'type:kernel', 'type:contract', 'type:traefik-api'],
    packages: ['hono', 'hono/html', 'hono/utils/html'],
  },
  'type:publish': { libs: ['type:disk'], packages: [] },
  'type:demo': { libs: ['type:simulator'], packages: [] },
  'type:disk': { libs: [], packages: ['yaml'] },
  'type:terminal': { libs: [], packages: ['commander'] },
  'type:machine': { libs: ['type:disk', 'type:traefik'], packages: ['tldts', 'zod'] },
  'type:installation': { libs: ['type:machine'], packages: ['yaml'] },
  'type:artefacts': { libs: [], packages: ['ky', 'tar-stream', 'yauzl'] },
  'type:ssh': { libs: ['type:machine'], packages: [] },
  'type:push': {
    libs: ['type:archive', 'type:installation', 'type:machine', 'type:ssh'],
    packages: ['diff', 'selfsigned'],
  },
  'type:assembly': {
    libs: ['type:config', 'type:contract', 'type:kernel', 'type:plugin'],
    packages: ['import-meta-resolve'],
  },
  'type:repository': { libs: ['type:contract', 'type:disk'], packages: ['jsonc-parser'] },
  'type:store': { libs: ['type:contract', 'type:disk', 'type:repository'], packages: ['zod'] },
  'type:archive': { libs: [], packages: ['tar-stream'] },
  'type:sync': { libs: ['type:archive', 'type:disk'], packages: ['@balena/dockerignore'] },
  'type:compose': { libs: ['type:contract', 'type:plugin', 'type:repository'], packages: [] },
  'type:dns': { libs: ['type:machine'], packages: ['ky', 'zod'] },
}

const TEST_PACKAGES = ['@jest/globals', 'ajv/dist/2020.js', 'fast-check', '@seriousme/openapi-schema-validator']
/** Tests may also drive the simulator and real parts, and read YAML back. */
const TEST_LIBS = ['type:simulator', 'type:testkit', 'type:plugin', 'type:plugin-part', 'type:contract', 'type:traefik']

const constraint = ([sourceTag, { libs, packages }]) => ({
  sourceTag,
  onlyDependOnLibsWithTags: libs,
  allowedExternalImports: [...packages, ...TEST_PACKAGES],
})

const open = [
  { sourceTag: 'type:app', onlyDependOnLibsWithTags: ['*'] },
  { sourceTag: 'type:tool', onlyDependOnLibsWithTags: ['*'] },
]

const boundaries = (rows) => [
  'error',
  // An app is nobody's library, but the reference of the command line is made from its declaration.
  {
    enforceBuildableLibDependency: false,
    allow: ['@route-server/rdc/command-line', '@route-server/renet/command-line'],
    // A command loads late what only it needs. Each program is one file, whatever of it is imported how.
    checkDynamicDependenciesExceptions: ['@route-server/'],
    depConstraints: [...rows, ...open],
  },
]

export default tseslint.config(
  { ignores: ['**/dist', 'tmp', 'coverage', '.nx'] },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      'no-console': 'error',
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['**/*.ts'],
    ignores: ['**/*.spec.ts'],
    plugins: { '@nx': nx },
    rules: { '@nx/enforce-module-boundaries': boundaries(Object.entries(BOUNDARIES).map(constraint)) },
  },
  {
    files: ['**/*.spec.ts'],
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': boundaries(
        Object.entries(BOUNDARIES).map(([tag, { libs, packages }]) =>
          constraint([tag, { libs: [...new Set([...libs, ...TEST_LIBS])], packages: [...packages, 'yaml', 'zod'] }]),
        ),
      ),
      '@typescript-eslint/no-floating-promises': [
        'error',
        { allowForKnownSafeCalls: [{ from: 'package', package: '@jest/globals', name: 'test' }] },
      ],
      'max-lines': 'off',
    },
  },
  {
    // Pure code: no clock, no files, no network. What needs them lives in an adapter.
    files: [
      'libs/{traefik,plugin-api,port-routes}/src/**/*.ts',
      'libs/plugins/*/src/**/*.ts',
      'libs/kernel/src/**/*.ts',
    ],
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['node:*'], message: 'This library is pure; I/O belongs in an adapter.' }] },
      ],
    },
  },
  {
    files: ['**/*.ts'],
    ignores: ['apps/route-server/src/compose.ts', 'apps/route-server/src/tokens.ts', '**/*.spec.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ImportDeclaration[source.value=/^(tsyringe|reflect-metadata)$/]',
          message: 'Only the composition root knows the container.',
        },
      ],
    },
  },
  prettier,
)
