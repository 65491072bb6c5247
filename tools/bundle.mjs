/**
 * Bundles one executable per program into dist/, straight from the TypeScript sources.
 *   node tools/bundle.mjs            every program
 *   node tools/bundle.mjs bench      the named ones
 */
import { build } from 'esbuild'
import { chmod } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, resolve } from 'node:path'

const root = new URL('..', import.meta.url).pathname
const PROGRAMS = {
  'route-server': 'apps/route-server/src/main.ts',
  rdc: 'apps/rdc/src/main.ts',
  renet: 'apps/renet/src/main.ts',
  bench: 'tools/bench/src/main.ts',
  docs: 'tools/docs/src/main.ts',
  fuzz: 'tools/fuzz/src/main.ts',
  oracle: 'tools/oracle/src/main.ts',
  soak: 'tools/bench/src/soak.ts',
}

// dockerode loads an SSH and a gRPC client at import, for transports that a unix socket doesn't use: half of the bundle and of the start.
const unused = Object.fromEntries(
  ['ssh2', '@grpc/grpc-js', '@grpc/proto-loader', 'protobufjs', 'tar-fs'].map((name) => [
    name,
    `${root}tools/empty.cjs`,
  ]),
)

// Its main file is UMD, whose own way of requiring no bundler can follow.
const esModules = { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' }

// npm puts a copy beside each library that asks for it; one is enough.
const single = { yaml: dirname(createRequire(`${root}libs/disk/package.json`).resolve('yaml/package.json')) }

// zod brings its messages in sixty languages, a fifth of a bundle; we speak one.
const oneLanguage = {
  name: 'one-language',
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/locales\/index\.js$/ }, ({ path, resolveDir }) =>
      resolveDir.includes('/node_modules/zod/') ? { path: resolve(resolveDir, path, '../en.js') } : undefined,
    ),
}

const wanted = process.argv.slice(2)
for (const [name, entry] of Object.entries(PROGRAMS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  const outfile = `${root}dist/${name}.mjs`
  await build({
    entryPoints: [root + entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['@route-server/source'],
    alias: { ...unused, ...esModules, ...single },
    plugins: [oneLanguage],
    // What the page gives a browser.
    loader: { '.css': 'text', '.svg': 'text', '.client.js': 'text' },
    sourcemap: 'linked',
    // Whoever starts a program waits for every byte to be parsed.
    minifyWhitespace: name === 'renet' || name === 'route-server',
    logLevel: 'warning',
    // What CommonJS modules inside an ES module bundle expect to find.
    banner: {
      js: [
        '#!/usr/bin/env node',
        "import { createRequire as __createRequire } from 'node:module'",
        "import { fileURLToPath as __fileURLToPath } from 'node:url'",
        'const require = __createRequire(import.meta.url)',
        'const __filename = __fileURLToPath(import.meta.url)',
        "const __dirname = __fileURLToPath(new URL('.', import.meta.url))",
      ].join('\n'),
    },
  })
  await chmod(outfile, 0o755)
}
