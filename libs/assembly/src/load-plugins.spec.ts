import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, test } from '@jest/globals'
import { loadConfig } from '@route-server/config'
import { BOUNDS } from './bounded.ts'
import { integrityOf } from './integrity.ts'
import { loadPlugins } from './load-plugins.ts'

const folder = mkdtempSync(join(tmpdir(), 'plugins-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

const body = (fields = ''): string => `{
  apiVersion: 1, name: 'mine', labels: {},
  options: { '~standard': { version: 1, vendor: 'test', validate: (value) => value?.bad ? { issues: [{ message: 'expected good', path: ['bad'] }] } : { value } } },
  contribute() { return undefined },
  ${fields}
}`

function file(name: string, text: string): string {
  const path = join(folder, name)
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, text)
  return path
}

function load(...plugins: unknown[]): Promise<readonly string[]> {
  const config = loadConfig({ flags: { plugins } })
  return loadPlugins(config, folder).then(async (loaded) => {
    await Promise.all(loaded.map((plugin) => plugin.close()))
    return loaded.map(({ plugin }) => plugin.name)
  })
}

describe('plugins are loaded', () => {
  test('all five when nothing is said', async () => {
    const loaded = await loadPlugins(loadConfig(), folder)
    expect(loaded.map(({ plugin }) => plugin.name)).toEqual(['http', 'tcp', 'udp', 'middleware', 'auto-route'])
  })

  test('only those that are named, in that order', async () => {
    expect(await load('udp', 'http')).toEqual(['udp', 'http'])
  })

  test('from an ES module, by its path', async () => {
    expect(await load(file('esm.mjs', `export const plugin = ${body()}`))).toEqual(['mine'])
    expect(await load(file('esm-default.mjs', `export default ${body()}`))).toEqual(['mine'])
  })

  test('from CommonJS, plain or transpiled', async () => {
    expect(await load(file('plain.cjs', `module.exports = ${body()}`))).toEqual(['mine'])
    expect(await load(file('named.cjs', `exports.plugin = ${body()}`))).toEqual(['mine'])
    expect(
      await load(
        file(
          'transpiled.cjs',
          `Object.defineProperty(exports, '__esModule', { value: true }); exports.default = ${body()}`,
        ),
      ),
    ).toEqual(['mine'])
  })

  test('from a package beside the configuration, also one that only exports "import"', async () => {
    file(
      'node_modules/acme-routes/package.json',
      JSON.stringify({ name: 'acme-routes', type: 'module', exports: { import: './index.js' } }),
    )
    file('node_modules/acme-routes/index.js', `export const plugin = ${body()}`)
    expect(await load('acme-routes')).toEqual(['mine'])
  })
})

describe('a package', () => {
  /** A package with a dependency of its own, and options that are a schema of zod's. */
  function packageOf(name: string, files: Readonly<Record<string, string>>): string {
    for (const [path, text] of Object.entries(files)) file(`node_modules/${name}/${path}`, text)
    return join(folder, 'node_modules', name)
  }

  const zod = pathToFileURL(createRequire(import.meta.url).resolve('zod')).href

  test('brings dependencies of its own, and a schema of any library', async () => {
    const name = '@acme/with-zod'
    packageOf(name, {
      'package.json': JSON.stringify({ name, version: '1.2.3', type: 'module', exports: './index.js' }),
      'index.js': `import { z } from ${JSON.stringify(zod)}
        import { labels } from 'acme-labels'
        export const plugin = { ...${body()}, labels, options: z.object({ port: z.number().default(50) }).strict() }`,
      'node_modules/acme-labels/package.json': JSON.stringify({ name: 'acme-labels', main: 'main.cjs' }),
      'node_modules/acme-labels/main.cjs': `module.exports.labels = { 'acme.port': 'A port.' }`,
    })
    const [plugin] = await loadPlugins(loadConfig({ flags: { plugins: [name] } }), folder)
    expect(plugin).toMatchObject({
      plugin: { name: 'mine', labels: { 'acme.port': 'A port.' } },
      found: { version: '1.2.3', path: join(folder, 'node_modules', name), isPinned: false },
    })
    await plugin?.close()
    await expect(load({ name, options: { port: 'x', more: 1 } })).rejects.toThrow(/plugins.*options\.port/)
  })

  test('is found by the path of its folder, whatever its entry is called', async () => {
    const named = { name: 'acme-folder', version: '2.0.0' }
    const text = { 'lib/routes.cjs': `module.exports = ${body()}`, 'lib/routes.mjs': `export default ${body()}` }
    const main = packageOf('by-main', { ...text, 'package.json': JSON.stringify({ ...named, main: 'lib/routes.cjs' }) })
    const exports = packageOf('by-exports', {
      ...text,
      'package.json': JSON.stringify({ ...named, exports: { '.': { import: './lib/routes.mjs' } } }),
    })
    expect(await load(main)).toEqual(['mine'])
    expect(await load(exports)).toEqual(['mine'])
  })

  test('is found where a link to it leads, as npm link and pnpm make them', async () => {
    const real = join(folder, 'elsewhere/acme-linked')
    file(
      'elsewhere/acme-linked/package.json',
      JSON.stringify({ name: 'acme-linked', exports: { import: './index.mjs' } }),
    )
    file('elsewhere/acme-linked/index.mjs', `export const plugin = ${body()}`)
    const link = join(folder, 'node_modules/acme-linked')
    mkdirSync(join(link, '..'), { recursive: true })
    symlinkSync(real, link)
    const integrity = await integrityOf(real)
    for (const name of [link, 'acme-linked']) {
      const [plugin] = await loadPlugins(loadConfig({ flags: { plugins: [{ name, integrity }] } }), folder)
      expect(plugin?.found).toMatchObject({ path: real, isPinned: true })
      await plugin?.close()
    }
  })

  test('is loaded where it is what it was pinned as, and nowhere else', async () => {
    const name = 'acme-pinned'
    const path = packageOf(name, {
      'package.json': JSON.stringify({ name, main: 'index.cjs' }),
      'index.cjs': `module.exports = ${body()}`,
      'lib/more.cjs': '',
    })
    const integrity = await integrityOf(path)
    expect(await load({ name, integrity })).toEqual(['mine'])
    file(`node_modules/${name}/lib/more.cjs`, '// other')
    const other = await integrityOf(path)
    await expect(load({ name, integrity })).rejects.toThrow(
      `The plugin "acme-pinned" isn't loaded: the configuration pins it by ${integrity}, and what is in ${path} has ${other}.`,
    )
    await expect(load({ name: 'http', integrity })).rejects.toThrow('comes with the route server')
    expect(() => load({ name, integrity: 'sha1-x' })).toThrow(/integrity: expected sha512-/)
  })
})

describe('the start stops, and says what to do,', () => {
  const messageOf = (...plugins: unknown[]): Promise<string> =>
    load(...plugins).then(
      () => 'it loaded',
      (error: unknown) => (error as Error).message,
    )

  test('when there is no such plugin', async () => {
    const message = await messageOf('grpc')
    expect(message).toContain('There is no plugin "grpc"')
    expect(message).toContain('http, tcp, udp, middleware, auto-route')
    expect(message).toContain(`${folder}/node_modules`)
    expect(message).toContain('npm install grpc')
  })

  test('when there is no such file', async () => {
    expect(await messageOf(join(folder, 'absent.mjs'))).toContain('Check the path')
  })

  test('when it was built for another plugin API', async () => {
    expect(await messageOf(file('old.mjs', `export const plugin = ${body('apiVersion: 2')}`))).toContain('plugin API 2')
  })

  test('when the module exports no plugin, or half of one', async () => {
    expect(await messageOf(file('nothing.mjs', 'export const x = 1'))).toContain('exports no plugin')
    expect(await messageOf(file('half.mjs', `export const plugin = ${body('contribute: undefined')}`))).toContain(
      'contribute',
    )
  })

  test('when it never gets ready', async () => {
    const name = file('never.mjs', `for (;;); export const plugin = ${body()}`)
    const config = loadConfig({ flags: { plugins: [name] } })
    await expect(loadPlugins(config, folder, { ...BOUNDS, loading: 200 })).rejects.toThrow(
      /can't be loaded: it wasn't ready within 0\.2 s/,
    )
    expect(await messageOf(file('exits.mjs', 'process.exit(7)'))).toMatch(/ended its own process, with exit code 7/)
  })

  test('when its code fails', async () => {
    expect(await messageOf(file('broken.mjs', 'throw new Error("no luck")'))).toContain('no luck')
  })

  test('when its options are wrong, with the place', async () => {
    const name = file('options.mjs', `export const plugin = ${body()}`)
    expect(await messageOf({ name, options: { bad: true } })).toMatch(/plugins.*options\.bad: expected good/)
  })

  test('when two plugins have one name', async () => {
    expect(
      await messageOf(
        file('a.mjs', `export const plugin = ${body()}`),
        file('b.mjs', `export const plugin = ${body()}`),
      ),
    ).toContain('Two plugins are called "mine"')
  })

  test('when options of the automatic routes are wrong', async () => {
    const config = loadConfig({ flags: { autoRoute: { sourceRange: ['10.0.0.0/33'] } } })
    await expect(loadPlugins(config, folder)).rejects.toThrow(/sourceRange\[0\]/)
  })
})
