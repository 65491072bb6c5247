import { spawnSync } from 'node:child_process'
import { beforeAll, describe, expect, test } from '@jest/globals'

const root = new URL('../../../', import.meta.url).pathname
const env = { ...process.env, NX_DAEMON: 'false', NODE_OPTIONS: '' }

/** The rules that each text breaks if it stood in that file; nothing is written. */
function lint(texts: readonly { readonly file: string; readonly text: string }[]): readonly (readonly string[])[] {
  const script = new URL('../lint-texts.mjs', import.meta.url).pathname
  const { stdout, stderr } = spawnSync(process.execPath, [script], {
    cwd: root,
    env,
    input: JSON.stringify(texts),
    encoding: 'utf8',
  })
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout) as readonly (readonly string[])[]
}

const VIOLATIONS: readonly (readonly [what: string, file: string, text: string, rule: string])[] = [
  [
    'a plugin that imports the kernel',
    'libs/plugins/http/src/index.ts',
    "import { merge } from '@route-server/kernel'\nmerge([])\n",
    '@nx/enforce-module-boundaries',
  ],
  [
    'a plugin that imports another plugin',
    'libs/plugins/http/src/index.ts',
    "import { tcpPlugin } from '@route-server/plugin-tcp'\ntcpPlugin.name\n",
    '@nx/enforce-module-boundaries',
  ],
  [
    'a kernel that imports an adapter',
    'libs/kernel/src/kernel.ts',
    "import { watchDaemons } from '@route-server/docker'\nwatchDaemons\n",
    '@nx/enforce-module-boundaries',
  ],
  [
    'dockerode outside libs/docker',
    'libs/server/src/app.ts',
    "import Docker from 'dockerode'\nDocker\n",
    '@nx/enforce-module-boundaries',
  ],
  [
    'hono outside libs/server',
    'libs/kernel/src/kernel.ts',
    "import { Hono } from 'hono'\nHono\n",
    '@nx/enforce-module-boundaries',
  ],
  [
    'files in a pure library',
    'libs/plugins/http/src/index.ts',
    "import { readFileSync } from 'node:fs'\nreadFileSync\n",
    'no-restricted-imports',
  ],
  [
    'the dependency container outside the composition root',
    'apps/route-server/src/serve.ts',
    "import { container } from 'tsyringe'\ncontainer\n",
    'no-restricted-syntax',
  ],
]

describe('lint refuses', () => {
  let broken: readonly (readonly string[])[] = []
  // The boundary rule reads the project graph that Nx keeps; without one it would look away.
  beforeAll(() => {
    expect(spawnSync('npx', ['nx', 'show', 'projects'], { cwd: root, env }).status).toBe(0)
    broken = lint(VIOLATIONS.map(([, file, text]) => ({ file, text })))
  }, 120_000)

  test.each(VIOLATIONS.map(([what, , , rule], i) => ({ what, rule, i })))('$what', ({ rule, i }) => {
    expect(broken[i]).toContain(rule)
  })
})
