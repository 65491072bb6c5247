/**
 * Makes of the workspace's public packages what a registry would have: a folder and a tarball each in dist/packages/, with nothing of the
 * workspace in their dependencies. Declarations come from `tsc -b`.
 *   node tools/pack.mjs             the packages
 *   node tools/pack.mjs --report    and renews the API reports in the repository, api.md beside each package.json
 */
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor'
import { build } from 'esbuild'
import { execFileSync } from 'node:child_process'
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import prettier from 'prettier'

const root = join(import.meta.dirname, '..')
const target = join(root, 'dist/packages')

/** By folder: `bundled` are the packages whose declarations go into its own; `peers` stay imports of them. */
const LIBRARIES = {
  'libs/plugin-api': { bundled: ['@route-server/traefik', '@standard-schema/spec'], peers: [] },
  'libs/plugin-testkit': { bundled: [], peers: ['@route-server/plugin-api'] },
}

/** By folder: a program, and the templates beside it. */
const PROGRAMS = { 'apps/create-route-plugin': 'create-route-plugin' }

const readJson = async (file) => JSON.parse(await readFile(file, 'utf8'))
const writeJson = (file, value) => writeFile(file, `${JSON.stringify(value, null, 2)}\n`)

/** What a published manifest says, and ours needn't. */
function manifestOf({ name, version, description, license, engines }, more) {
  const ours = { type: 'module', sideEffects: false, publishConfig: { access: 'public' } }
  return { name, version, description, license, ...ours, engines, ...more }
}

/** Whoever wrote part of what is packed is named, with the licence. */
async function writeNotices(paths, out) {
  const notices = await Promise.all(
    [...new Set(paths)].sort().map(async (path) => {
      const { name, version } = await readJson(join(root, path, 'package.json'))
      return `${name} ${version}\n\n${await readFile(join(root, path, 'LICENSE'), 'utf8')}`
    }),
  )
  if (notices.length > 0) await writeFile(join(out, 'THIRD-PARTY-LICENSES'), notices.join(`\n${'-'.repeat(80)}\n\n`))
}

/** One module of all that the library needs; gives the folders of other people's packages in it. */
async function bundleCode(folder, out, entry = 'index') {
  const { metafile } = await build({
    entryPoints: [join(root, folder, `src/${entry}.ts`)],
    outfile: join(out, `${entry}.js`),
    bundle: true,
    // Not "node", for which some packages have CommonJS.
    platform: 'neutral',
    external: ['node:*'],
    target: 'node20',
    conditions: ['@route-server/source'],
    mainFields: ['module', 'main'],
    metafile: true,
    logLevel: 'warning',
  })
  return Object.keys(metafile.inputs).flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? [])
}

/** Rolls declarations up into one file, and reports what is exported. */
function extract({ folder, entry, bundled, types, report }) {
  const config = ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(root, folder, 'package.json'),
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: entry,
      bundledPackages: bundled,
      newlineKind: 'lf',
      compiler: {
        overrideTsconfig: {
          extends: join(root, 'tsconfig.base.json'),
          compilerOptions: { composite: false, customConditions: [] },
          files: [entry],
        },
      },
      apiReport: {
        enabled: true,
        includeForgottenExports: true,
        reportFileName: 'report',
        reportFolder: dirname(types),
        reportTempFolder: join(dirname(types), 'temp'),
      },
      dtsRollup: { enabled: true, untrimmedFilePath: types },
      docModel: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: 'error' } },
        extractorMessageReporting: { default: { logLevel: 'none' } },
        tsdocMessageReporting: { default: { logLevel: 'none' } },
      },
    },
  })
  const { succeeded } = Extractor.invoke(config, {
    localBuild: true,
    messageCallback: (message) => {
      message.handled = message.logLevel !== 'error'
    },
  })
  if (!succeeded) throw new Error(`The declarations of ${folder} can't be rolled up.`)
  return join(dirname(types), 'report.api.md')
}

/** Traefik's configuration as it is, in place of the schema that its type is taken from: that is no part of any contract. */
const withoutSchema = (declarations) =>
  declarations
    .replace(/^declare const configuration: StructNode<\s*(\{[^]*?\n\})>;$/m, 'declare type Configuration = $1;')
    .replace('ValueOf<typeof configuration>', 'Configuration')

const formatted = async (declarations) =>
  prettier.format(declarations, { ...(await prettier.resolveConfig(import.meta.filename)), parser: 'typescript' })

/** One file of declarations, and the report of them. */
async function bundleTypes(folder, bundled, out) {
  const scratch = join(root, 'tmp/pack', folder)
  const types = join(scratch, 'index.d.ts')
  await rm(scratch, { recursive: true, force: true })
  await mkdir(join(scratch, 'temp'), { recursive: true })
  extract({ folder, entry: join(root, folder, 'dist/index.d.ts'), bundled, types })
  const whole = withoutSchema(await readFile(types, 'utf8'))
  const entry = join(scratch, 'entry.d.ts')
  await writeFile(entry, await formatted(whole))
  const report = extract({ folder, entry, bundled, types })
  await writeFile(join(out, 'index.d.ts'), await formatted(await readFile(types, 'utf8')))
  return readFile(report, 'utf8')
}

async function packLibrary(folder, { bundled, peers }, out) {
  const manifest = await readJson(join(root, folder, 'package.json'))
  const strangers = bundled.filter((name) => !name.startsWith('@route-server/')).map((name) => `node_modules/${name}`)
  await writeNotices([...(await bundleCode(folder, out)), ...strangers], out)
  const report = await bundleTypes(folder, bundled, out)
  await writeFile(join(target, `${folder.split('/').at(-1)}.api.md`), report)
  if (process.argv.includes('--report')) await writeFile(join(root, folder, 'api.md'), report)
  return manifestOf(manifest, {
    exports: { '.': { types: './index.d.ts', default: './index.js' }, './package.json': './package.json' },
    ...(peers.length > 0 && {
      peerDependencies: Object.fromEntries(peers.map((peer) => [peer, `^${manifest.version}`])),
    }),
  })
}

async function packProgram(folder, bin, out) {
  await bundleCode(folder, out, 'main')
  await writeFile(join(out, 'main.js'), `#!/usr/bin/env node\n${await readFile(join(out, 'main.js'), 'utf8')}`)
  await cp(join(root, folder, 'templates'), join(out, 'templates'), { recursive: true })
  return manifestOf(await readJson(join(root, folder, 'package.json')), { bin: { [bin]: './main.js' } })
}

async function pack(folder, prepare) {
  const out = join(target, folder.split('/').at(-1))
  await mkdir(out, { recursive: true })
  await writeJson(join(out, 'package.json'), await prepare(out))
  await cp(join(root, folder, 'README.md'), join(out, 'README.md'))
  await cp(join(root, 'LICENSE'), join(out, 'LICENSE'))
  execFileSync('npm', ['pack', '--silent', '--pack-destination', target], { cwd: out, stdio: ['ignore', 'ignore', 2] })
}

await rm(target, { recursive: true, force: true })
for (const [folder, library] of Object.entries(LIBRARIES))
  await pack(folder, (out) => packLibrary(folder, library, out))
for (const [folder, bin] of Object.entries(PROGRAMS)) await pack(folder, (out) => packProgram(folder, bin, out))
