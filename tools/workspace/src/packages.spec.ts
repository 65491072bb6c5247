import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'

jest.setTimeout(300_000)

const root = new URL('../../../', import.meta.url).pathname
const packages = join(root, 'dist/packages')
const LIBRARIES = ['plugin-api', 'plugin-testkit'] as const
const env = { ...process.env, NODE_OPTIONS: '', NX_DAEMON: 'false' }

/** What a program prints, whatever its end. */
function run(command: string, args: readonly string[], cwd: string): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: 'utf8' })
  return { status, output: stdout + stderr }
}

/** Made by `npm run build`. */
const tarballs = (): readonly string[] => readdirSync(packages).filter((file) => file.endsWith('.tgz'))
const tarballOf = (name: string): string => {
  const found = tarballs().find((file) => file.startsWith(`route-server-${name}-`))
  if (found === undefined) throw new Error(`There is no tarball of ${name} in ${packages}; run npm run build.`)
  return join(packages, found)
}

const bin = (name: string): string => join(root, 'node_modules/.bin', name)

/** What npm needs to do no more than it is told. */
const QUIETLY = ['--offline', '--no-audit', '--no-fund'] as const

/** Installs the contract and the testkit where a plugin is, and runs its tests. */
function testsOf(plugin: string): ReturnType<typeof run> {
  const install = run('npm', ['install', ...QUIETLY, ...LIBRARIES.map(tarballOf)], plugin)
  return install.status === 0 ? run('npm', ['test'], plugin) : install
}

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plugin-packages-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

describe.each(LIBRARIES)('the tarball of %s', (name) => {
  test('has code, types, a README and a licence, and depends on nothing', () => {
    const files = execFileSync('tar', ['-tzf', tarballOf(name)], { encoding: 'utf8' }).split('\n')
    for (const file of ['index.js', 'index.d.ts', 'README.md', 'LICENSE', 'THIRD-PARTY-LICENSES'])
      expect(files).toContain(`package/${file}`)
    const manifest = JSON.parse(readFileSync(join(packages, name, 'package.json'), 'utf8')) as Record<string, unknown>
    expect(manifest).toMatchObject({ type: 'module', license: 'Apache-2.0' })
    expect(manifest).not.toHaveProperty('private')
    expect(manifest).not.toHaveProperty('dependencies')
  })

  test('is as publint and Are The Types Wrong want it', () => {
    expect(run(bin('publint'), ['run', '--strict', tarballOf(name)], root)).toMatchObject({ status: 0 })
    expect(run(bin('attw'), [tarballOf(name), '--profile', 'esm-only'], root)).toMatchObject({ status: 0 })
  })

  test('has the contract that the repository reports', () => {
    const [now, reported] = [join(packages, `${name}.api.md`), join(root, 'libs', name, 'api.md')].map((file) =>
      readFileSync(file, 'utf8'),
    )
    if (now !== reported)
      throw new Error(
        `The exports of ${name} changed. If that is meant (docs/writing-a-plugin.md says what raises which version), run npm run api-report, and commit libs/${name}/api.md.`,
      )
  })
})

const PLUGIN = `import { definePlugin, noOptions } from '@route-server/plugin-api'
import type { Fragment, Plugin } from '@route-server/plugin-api'

export const plugin: Plugin<undefined> = definePlugin({
  name: 'hello',
  labels: { 'hello.port': 'The port.' },
  options: noOptions,
  contribute({ labels }, { service, address, report }): Fragment | undefined {
    const port = labels['hello.port']
    if (port === undefined) return undefined
    if (!/^[0-9]+$/.test(port)) {
      report({ code: 'PORT_INVALID', level: 'error', label: 'hello.port', message: 'It is no port.' })
      return undefined
    }
    return {
      http: {
        routers: { [service]: { rule: 'Host(\`a.example.com\`)', entryPoints: ['websecure'], service } },
        services: { [service]: { loadBalancer: { servers: [{ url: \`http://\${address}:\${port}\` }] } } },
      },
    }
  },
})
`

const TEST = `import { describe, test } from 'node:test'
import { testPlugin } from '@route-server/plugin-testkit'
import { plugin } from './plugin.js'

testPlugin(plugin, { cases: new URL('./cases/', import.meta.url), runner: { describe, test } })
`

const ROUTED = `about: The label gives the port.
container: { labels: { hello.port: '80' } }
expect:
  http:
    routers: { web-2816: { rule: Host(\`a.example.com\`), entryPoints: [websecure], service: web-2816 } }
    services: { web-2816: { loadBalancer: { servers: [{ url: 'http://127.0.11.2:80' }] } } }
`

const REFUSED = `about: A label that is no port gives no route.
container: { labels: { hello.port: http } }
reports: [{ code: PORT_INVALID }]
`

const README = '# hello\n\n`hello.port`\n\n## PORT_INVALID\n'

const STRICT = {
  target: 'es2023',
  lib: ['es2023'],
  module: 'nodenext',
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  typeRoots: [join(root, 'node_modules/@types')],
  types: ['node'],
}
const CONFIG = { compilerOptions: STRICT }
const CONFIG_OF_JAVASCRIPT = {
  compilerOptions: { ...STRICT, allowJs: true, checkJs: true, noEmit: true },
  files: ['index.js', 'test/plugin.test.js'],
}

test('a plugin compiles strictly outside of the workspace, and its tests run', () => {
  const plugin = join(folder, 'hello')
  mkdirSync(join(plugin, 'cases'), { recursive: true })
  const files = {
    'package.json': JSON.stringify({ name: 'hello', type: 'module', scripts: { test: 'node --test' } }),
    'tsconfig.json': JSON.stringify(CONFIG),
    'plugin.ts': PLUGIN,
    'plugin.test.ts': TEST,
    'README.md': README,
    'cases/routed.yaml': ROUTED,
    'cases/refused.yaml': REFUSED,
  }
  for (const [file, text] of Object.entries(files)) writeFileSync(join(plugin, file), text)
  expect(run('npm', ['install', ...QUIETLY, ...LIBRARIES.map(tarballOf)], plugin)).toMatchObject({ status: 0 })
  expect(run(bin('tsc'), [], plugin)).toEqual({ status: 0, output: '' })
  expect(testsOf(plugin)).toMatchObject({ status: 0 })
})

test('a generated plugin passes its tests as it is, and its types are right', () => {
  const [maker, plugin] = [join(folder, 'maker'), join(folder, 'route-plugin-my-protocol')]
  mkdirSync(maker)
  writeFileSync(join(maker, 'package.json'), '{}')
  expect(run('npm', ['install', ...QUIETLY, tarballOf('create-route-plugin')], maker)).toMatchObject({ status: 0 })
  const create = join(maker, 'node_modules/.bin/create-route-plugin')
  expect(run(create, ['my-protocol'], folder)).toMatchObject({ status: 0 })
  expect(run(create, ['my-protocol'], folder)).toMatchObject({ status: 1 })
  expect(testsOf(plugin)).toMatchObject({ status: 0 })
  writeFileSync(join(plugin, 'tsconfig.json'), JSON.stringify(CONFIG_OF_JAVASCRIPT))
  expect(run(bin('tsc'), [], plugin)).toEqual({ status: 0, output: '' })
})

test.each(readdirSync(join(root, 'examples')))('the example %s passes its tests outside of the workspace', (name) => {
  const plugin = join(folder, name)
  cpSync(join(root, 'examples', name), plugin, { recursive: true })
  expect(testsOf(plugin)).toMatchObject({ status: 0 })
})

/** The newest for every Node that plugins may be written with. */
const VITEST = 'vitest@4.1.12'

const TEST_WITH_VITEST = `import { describe, test } from 'vitest'
import { testPlugin } from '@route-server/plugin-testkit'
import { plugin } from '../index.js'

testPlugin(plugin, { cases: new URL('../cases/', import.meta.url), runner: { describe, test } })
`

/** Tests that passed, as a runner counts them. */
const passedOf = (output: string, count: RegExp): number => Number(count.exec(output)?.[1] ?? 0)

test('the testkit runs as many tests under vitest as under node:test', () => {
  const plugin = join(folder, 'with-vitest')
  cpSync(join(root, 'examples/static-redirects'), plugin, { recursive: true })
  const withNode = testsOf(plugin)
  expect(withNode).toMatchObject({ status: 0 })
  const installed = run('npm', ['install', '--save-dev', '--prefer-offline', '--no-audit', '--no-fund', VITEST], plugin)
  if (installed.status !== 0)
    throw new Error(`npm can't install ${VITEST}. Is a package registry within reach?\n${installed.output}`)
  rmSync(join(plugin, 'test'), { recursive: true })
  mkdirSync(join(plugin, 'test'))
  writeFileSync(join(plugin, 'test/plugin.test.js'), TEST_WITH_VITEST)
  const withVitest = run(join(plugin, 'node_modules/.bin/vitest'), ['run', '--no-color'], plugin)
  expect(withVitest).toMatchObject({ status: 0 })
  const passed = passedOf(withVitest.output, /^\s*Tests\s+(\d+) passed/m)
  expect(passed).toBe(passedOf(withNode.output, /^(?:#|ℹ) pass (\d+)/m))
  expect(passed).toBeGreaterThan(10)
})

test('nx makes the same plugin inside the workspace', () => {
  const { status, output } = run(
    bin('nx'),
    ['g', '@route-server/create-route-plugin:route-plugin', 'my-protocol', '--dry-run'],
    root,
  )
  expect(status).toBe(0)
  const created = [...stripVTControlCharacters(output).matchAll(/^CREATE examples\/my-protocol\/(\S+)$/gm)].map(
    ([, file]) => file,
  )
  const made = readdirSync(join(folder, 'route-plugin-my-protocol'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, 'route-plugin-my-protocol/').length))
    .filter((file) => !/^node_modules\/|^package-lock\.json$|^tsconfig\.json$/.test(file))
  expect(created.sort()).toEqual(made.sort())
})
